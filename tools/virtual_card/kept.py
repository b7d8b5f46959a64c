"""The registers of this clone, in var/eid: made at first use, so that a portal and a card trust the same test roots."""

from __future__ import annotations

import fcntl
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tools.virtual_card.authority import Authority, Signer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "eid"
REAL_ROOTS = ROOT / "app" / "eid" / "roots"
SIGNERS = ("root", "citizen", "register")


@lru_cache(maxsize=4)
def authority(kind: str) -> Authority:
    """The same for every process of this clone; its keys are never committed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{kind}.pem"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            half = path.with_suffix(".half")
            half.touch(mode=0o600)
            half.write_bytes(_written(Authority(kind)))
            half.replace(path)
    return _read(kind, path.read_bytes())


def trust_folder() -> Path:
    """The roots of the Belgian State and those of our own virtual cards, for a development portal."""
    folder = FOLDER / "roots"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {path.name: path.read_bytes() for path in REAL_ROOTS.glob("*.pem")}
    wanted |= {f"test-{kind}.pem": authority(kind).root_pem for kind in ("rsa", "ec")}
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, content in wanted.items():
            _put(folder / name, content)
    return folder


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all: another portal may be reading it."""
    if not path.exists() or path.read_bytes() != content:
        half = path.with_suffix(".half")
        half.write_bytes(content)
        half.replace(path)


def _written(made: Authority) -> bytes:
    parts = []
    for name in SIGNERS:
        signer = getattr(made, name)
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        parts.append(signer.key.private_bytes(serialization.Encoding.PEM, form, plain))
        parts.append(signer.certificate.public_bytes(serialization.Encoding.PEM))
    return b"".join(parts)


def _read(kind: str, content: bytes) -> Authority:
    made = object.__new__(Authority)
    made.kind = kind
    end = b"-----END PRIVATE KEY-----\n"
    keys = [part + end for part in content.split(end)[:-1]]
    keys = [part[part.index(b"-----BEGIN PRIVATE") :] for part in keys]
    certificates = x509.load_pem_x509_certificates(content)
    for name, key, certificate in zip(SIGNERS, keys, certificates, strict=True):
        setattr(made, name, Signer(serialization.load_pem_private_key(key, None), certificate))
    return made
