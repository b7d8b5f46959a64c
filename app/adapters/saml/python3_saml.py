"""The identity provider over SAML 2.0, with python3-saml between the two halves of the guard."""

import html
import urllib.parse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xmlsec
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.logout_response import OneLogin_Saml2_Logout_Response
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from app.adapters.saml.guard import claims, envelope, names, shape
from app.adapters.saml.provider import Given, check_keys, provider_of, settings
from app.identity.ports import Asked, Ending, NotProved, Proof, Told
from app.kernel.errors import Unavailable

# everything the toolkit and the libraries under it raise at a hostile document
BROKEN = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    xmlsec.Error,
    etree.LxmlError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)
CODES = {
    number: word.lower().replace("_", "-")
    for word, number in vars(OneLogin_Saml2_ValidationError).items()
    if isinstance(number, int)
}


class SamlProvider:
    """One provider of the whole platform; connects to nothing: the browser carries every message."""

    def __init__(self, given: Given) -> None:
        self.given, self.least = given, given.least
        self.until = check_keys(given)
        self.idp, self.expires = provider_of(given.metadata)
        self.entity_id: str = self.idp["entityId"]
        self._settings: dict[int, Any] = {}
        self._for(given.least)  # a setting the toolkit refuses stops the start

    def metadata(self) -> bytes:
        told = settings(
            self.given, self.idp, level=self.least, until=self.until, wantAssertionsEncrypted=True
        ).get_sp_metadata()
        return told if isinstance(told, bytes) else told.encode()

    def ask(self, *, relay: str, level: int, now: datetime) -> Asked:
        if self.expires is not None and now >= self.expires:
            raise Unavailable("identity provider", retry=False, why="its metadata has expired")
        auth = OneLogin_Saml2_Auth(self._request(), self._for(level))
        url = auth.login(return_to=relay, force_authn=True)
        return Asked(url, auth.get_last_request_id())

    def answer(
        self, values: Sequence[str], *, request_id: str, level: int, asked_at: datetime, now: datetime
    ) -> Proof:
        root = shape.parsed(envelope.opened(values))
        shape.check(root)
        tree = self._verified(root, values[0], request_id, level)
        expected = claims.Expected(
            self.given.acs, self.given.entity_id, self.entity_id, request_id, level, asked_at
        )
        return claims.read(tree, expected, self.given.profile, now=now)

    def ask_to_end(self, ending: Ending, *, relay: str) -> Asked | None:
        auth = OneLogin_Saml2_Auth(self._request(), self._for(self.least))
        if auth.get_slo_url() is None:
            return None
        url = auth.logout(
            return_to=relay,
            name_id=ending.name_id,
            session_index=html.escape(ending.session_index) or None,  # the toolkit writes it as it is
            nq=ending.name_qualifier or None,
            name_id_format=ending.name_format or None,
            spnq=ending.sp_name_qualifier or None,
        )
        return Asked(url, auth.get_last_request_id())

    def hear(self, query: str, *, now: datetime) -> Told:
        found = envelope.parts(query)
        kind = next(name for name in envelope.MESSAGES if name in found)
        if found["SigAlg"] not in names.SIGNING:
            raise NotProved("signature-method")
        root = shape.parsed(envelope.inflated(found[kind]))
        shape.check_logout(root, names.LOGOUT_REQUEST if kind == "SAMLRequest" else names.LOGOUT_RESPONSE)
        request = {**self._request(), "query_string": query, "validate_signature_from_qs": True}
        auth = OneLogin_Saml2_Auth(request, self._for(self.least))
        check = auth.validate_request_signature if kind == "SAMLRequest" else auth.validate_response_signature
        if not check(found):
            raise NotProved("signature")
        return claims.read_logout(
            root, here=self.given.slo, provider=self.entity_id, relay=found.get("RelayState"), now=now
        )

    def confirm_end(self, told: Told) -> str:
        auth = OneLogin_Saml2_Auth(self._request(), self._for(self.least))
        answer = OneLogin_Saml2_Logout_Response(self._for(self.least))
        answer.build(told.message_id)
        words = {"SAMLResponse": answer.get_response()}
        if told.relay is not None:
            words["RelayState"] = told.relay
        auth.add_response_signature(words)
        return str(OneLogin_Saml2_Utils.redirect(auth.get_slo_response_url(), words, self._request()))

    def _verified(self, root: Any, text: str, request_id: str, level: int) -> Any:
        """The tree whose signatures the toolkit has found right, decrypted where it was encrypted.

        What was decrypted is written out and read again: the toolkit's own trees do not show their comments.
        """
        try:
            response = OneLogin_Saml2_Response(self._for(level), text)
        except BROKEN:
            raise NotProved("not-opened") from None
        tree = root
        if response.decrypted_document is not None:
            tree = shape.parsed(etree.tostring(response.decrypted_document))
            shape.check(tree)
        shape.check_signed(tree, message_too=self.given.message_signed)
        try:
            response.is_valid(self._request(), request_id, raise_exceptions=True)
        except BROKEN as broken:
            code = getattr(broken, "code", None)
            raise NotProved("toolkit", CODES.get(code, type(broken).__name__)) from None
        return tree

    def _for(self, level: int) -> Any:
        if level not in self._settings:
            self._settings[level] = settings(self.given, self.idp, level=level, until=self.until)
        return self._settings[level]

    def _request(self) -> dict[str, Any]:
        """What the toolkit calls the request: made of the configuration, never of what a browser sends."""
        here = urllib.parse.urlsplit(self.given.acs)
        return {
            "https": "on" if here.scheme == "https" else "off",
            "http_host": here.netloc,
            "script_name": here.path,
            "get_data": {},
            "post_data": {},
        }
