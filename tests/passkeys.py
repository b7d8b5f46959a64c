"""A passkey in software, as small as one can be: what a browser and its key would answer, or something close to it."""

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def b64(content):
    return urlsafe_b64encode(content).decode().rstrip("=")


def unb64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Passkey:
    """`rp_id` and `origin` are what its browser believes; `flags` what the key says of its holder."""

    def __init__(self, *, rp_id, origin, count=0, flags=PRESENT | VERIFIED):
        self.rp_id, self.origin, self.count, self.flags = rp_id, origin, count, flags
        self.key, self.id, self.holder = ec.generate_private_key(ec.SECP256R1()), os.urandom(32), b""

    def make(self, asked, **changes):
        """navigator.credentials.create()"""
        self.holder = unb64(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        cose = encode_cbor({1: 2, 3: -7, -1: 1, **point})
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY) + held}
        told = self._told("webauthn.create", asked, changes)
        return self._answer({"clientDataJSON": b64(told), "attestationObject": b64(encode_cbor(attested))})

    def show(self, asked, **changes):
        """navigator.credentials.get()"""
        told, data = self._told("webauthn.get", asked, changes), self._data()
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": b64(told), "authenticatorData": b64(data), "signature": b64(signature)}
        return self._answer({**answer, "userHandle": b64(self.holder)})

    def _told(self, kind, asked, changes):
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **changes}).encode()

    def _data(self, more=0):
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(
            ">BI", self.flags | more, self.count
        )

    def _answer(self, response):
        return json.dumps(
            {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
        )
