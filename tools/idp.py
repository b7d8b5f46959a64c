"""A CSAM of one's own: SimpleSAMLphp on this machine, with people nobody is, for `make demo-idp` and the tests.

It asks for a name and a password where the real one asks for a card or a telephone; what it then says, and how it signs
it, is what the Federal Authentication Service says: attributes, levels, single logout.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parent.parent
PLACES = (Path("/usr/share/simplesamlphp"), ROOT / "var/simplesamlphp/usr/share/simplesamlphp")
HOST, PORT = "127.0.0.1", 8931  # not «localhost»: to a browser another site than the portal, as CSAM is
PASSWORD = "demo"
REDIRECT, POST = (f"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{kind}" for kind in ("Redirect", "POST"))
# name to type -> what is told of them; every number is invented, and its checksum right
PEOPLE = {
    "alice": ("85073099437", "Alice", "Dupont", "fr", 500),
    "bob": ("93051822361", "Bob", "Peeters", "nl", 450),
    "carl": ("90021500195", "Carl", "Schmitz", "de", 500),
    "weak": ("85073099437", "Alice", "Dupont", "fr", 400),
}


class Missing(RuntimeError):
    """PHP or SimpleSAMLphp is not on this machine."""


@dataclass(frozen=True)
class Provider:
    """Where it answers, and what the portal has to be told of it."""

    url: str
    settings: dict[str, str]

    @property
    def logout(self) -> str:
        """Where somebody signs out at the provider itself."""
        return f"{self.url}/saml2/idp/SingleLogoutService.php?ReturnTo={self.url}/logout.php"


@contextmanager
def running(folder: Path, *, portal: str, port: int = PORT, encrypted: bool = False) -> Iterator[Provider]:
    """`portal` is scheme, host and port of the one portal it serves."""
    program = next((place for place in PLACES if (place / "www").is_dir()), None)
    if program is None or not shutil.which("php"):
        raise Missing("PHP or SimpleSAMLphp is missing: `python3 tools/setup.py --tests` fetches both.")
    url = f"http://{HOST}:{port}/simplesaml"
    (folder / "www").mkdir(parents=True, exist_ok=True)
    (folder / "www" / "simplesaml").unlink(missing_ok=True)
    (folder / "www" / "simplesaml").symlink_to(program / "www")
    settings = furnish(folder, portal=portal, url=url, encrypted=encrypted)
    environment = {**os.environ, "SIMPLESAMLPHP_CONFIG_DIR": str(folder / "config")}
    command = ["php", "-d", f"session.save_path={folder / 'sessions'}", "-d", "display_errors=0"]
    with (folder / "php.txt").open("w") as output:
        served = subprocess.Popen(
            [*command, "-S", f"{HOST}:{port}", "-t", str(folder / "www")],
            env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            wait_for(url, served, folder / "php.txt")
            yield Provider(url, settings)
        finally:
            served.send_signal(signal.SIGTERM)
            try:
                served.wait(5)
            except subprocess.TimeoutExpired:
                served.kill()
                served.wait()


def wait_for(url: str, served: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"{url}/saml2/idp/metadata.php", timeout=10) as answer:
                if answer.status == 200:
                    return
        except OSError as silent:
            if served.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"the identity provider does not answer: {silent}\n{log.read_text()[-2000:]}"
                ) from None
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


# ---- what it reads --------------------------------------------------------------------------------------------------


def furnish(folder: Path, *, portal: str, url: str, encrypted: bool) -> dict[str, str]:
    """Keys of both sides, configuration of SimpleSAMLphp, metadata for the portal: all made anew, none in git."""
    for name in ("config", "metadata", "cert", "log", "tmp", "data", "sessions"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    theirs, ours = make_keys(folder / "cert", "idp"), make_keys(folder / "cert", "portal")
    (folder / "config" / "config.php").write_text(CONFIG.format(folder=folder, url=url))
    (folder / "config" / "authsources.php").write_text(PHP.format(f"$config = ['people' => [{people()}]];"))
    (folder / "metadata" / "saml20-idp-hosted.php").write_text(PHP.format(HOSTED))
    (folder / "metadata" / "saml20-sp-remote.php").write_text(
        PHP.format(
            REMOTE.format(portal=portal, certificate=bare(ours), encrypted="true" if encrypted else "false")
        )
    )
    (folder / "csam.xml").write_text(METADATA.format(url=url, certificate=bare(theirs)))
    return {
        "PARVIS_CSAM_PROFILE": "csam",
        "PARVIS_CSAM_METADATA": str(folder / "csam.xml"),
        "PARVIS_CSAM_KEY_FILE": str(folder / "cert" / "portal.key"),
        "PARVIS_CSAM_CERTIFICATE": str(folder / "cert" / "portal.crt"),
    }


def make_keys(folder: Path, name: str) -> str:
    """The certificate; the key beside it, for this machine and two years."""
    certificate = folder / f"{name}.crt"
    if not certificate.exists():
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (test)")])
        today = datetime.now(UTC) - timedelta(days=1)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).serial_number(1)
        made = made.public_key(key.public_key()).not_valid_before(today)
        made = made.not_valid_after(today + timedelta(days=730))
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        (folder / f"{name}.key").write_bytes(secret)
        (folder / f"{name}.key").chmod(0o600)
        certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    return certificate.read_text()


def bare(certificate: str) -> str:
    return "".join(certificate.split("\n")[1:-2])


def people() -> str:
    lines = ["'exampleauth:UserPass'"]
    for name, (niss, given, family, language, level) in PEOPLE.items():
        said = {
            "egovNRN": niss, "givenName": given, "surname": family, "PrefLanguage": language, "level": level,
            "uid": f"csam-{name}",
        }  # fmt: skip
        listed = ", ".join(f"'{word}' => ['{value}']" for word, value in said.items())
        lines.append(f"'{name}:{PASSWORD}' => [{listed}]")
    return ", ".join(lines)


PHP = "<?php\n{}\n"
CONFIG = """<?php
$config = [
    'baseurlpath' => '{url}/',
    'application' => ['baseURL' => '{url}'],
    'certdir' => '{folder}/cert/',
    'loggingdir' => '{folder}/log/',
    'datadir' => '{folder}/data/',
    'tempdir' => '{folder}/tmp',
    'metadatadir' => '{folder}/metadata',
    'secretsalt' => 'nothing-here-is-secret',
    'auth.adminpassword' => 'nobody-administers-this',
    'technicalcontact_name' => 'nobody',
    'technicalcontact_email' => 'nobody@example.org',
    'timezone' => 'UTC',
    'showerrors' => true,
    'errorreporting' => false,
    'logging.handler' => 'file',
    'logging.level' => 5,
    'logging.processname' => 'idp',
    'enable.saml20-idp' => true,
    'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
    'store.type' => 'phpsession',
    'session.duration' => 3600,
    'session.datastore.timeout' => 3600,
    'session.state.timeout' => 3600,
    'session.cookie.name' => 'TestCsam',
    'session.cookie.lifetime' => 0,
    'session.cookie.path' => '/',
    'session.cookie.domain' => null,
    'session.cookie.secure' => false,
    'session.phpsession.cookiename' => 'TestCsamSession',
    'session.phpsession.httponly' => true,
    'session.phpsession.savepath' => '{folder}/sessions',
    'language.available' => ['en'],
    'language.rtl' => [],
    'language.default' => 'en',
    'theme.use' => 'default',
    'authproc.idp' => [],
    'authproc.sp' => [],
    'metadata.sources' => [['type' => 'flatfile']],
    'trusted.url.domains' => null,
];
"""
# the level of the real ones comes from what the person showed there; here it is the person's own
HOSTED = """$metadata['__DYNAMIC:1__'] = [
    'host' => '__DEFAULT__',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.crt',
    'auth' => 'people',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
    'saml20.sign.response' => true,
    'saml20.sign.assertion' => true,
    'redirect.sign' => true,
    'redirect.validate' => true,
    'logouttype' => 'traditional',
    'authproc' => [
        50 => [
            'class' => 'core:PHP',
            'code' => '
                $level = $attributes["level"][0];
                $state["saml:AuthnContextClassRef"] = "urn:be:fedict:iam:fas:citizen:Level" . $level;
                unset($attributes["level"]);
            ',
        ],
    ],
];"""
REMOTE = """$metadata['{portal}/csam/metadata'] = [
    'AssertionConsumerService' => '{portal}/csam/acs',
    'SingleLogoutService' => [[
        'Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
        'Location' => '{portal}/csam/logout',
    ]],
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
    'validate.authnrequest' => true,
    'redirect.sign' => true,
    'redirect.validate' => true,
    'saml20.sign.response' => true,
    'saml20.sign.assertion' => true,
    'assertion.encryption' => {encrypted},
    'keys' => [[
        'type' => 'X509Certificate', 'signing' => true, 'encryption' => true,
        'X509Certificate' => '{certificate}',
    ]],
];"""
METADATA = f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{{url}}/saml2/idp/metadata.php">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>
      <ds:X509Certificate>{{certificate}}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="{REDIRECT}" Location="{{url}}/saml2/idp/SingleLogoutService.php"/>
    <md:SingleSignOnService Binding="{REDIRECT}" Location="{{url}}/saml2/idp/SSOService.php"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


def main() -> int:
    """The portal as `make run` starts it, and this provider beside it, until Ctrl-C."""
    from tools import run

    port = run.chosen_port(os.environ.get("PORT") or "8000")
    folder = ROOT / "var" / "idp"
    try:
        with running(
            folder, portal=f"http://localhost:{port}", port=int(os.environ.get("IDP_PORT") or PORT)
        ) as idp:
            os.environ.update(idp.settings)
            names = ", ".join(name for name in PEOPLE)
            print(f"\nAt the test CSAM sign in as {names}; the password of each is {PASSWORD}.", flush=True)
            return run.main()
    except (Missing, run.Stop) as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
