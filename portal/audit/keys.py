"""The key that signs checkpoints and packs, and the notes it signs.

It is derived from the portal's secret key, so nothing secret is stored. Another secret key makes
another signing key; what was signed before keeps the public key it was signed with.
"""

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"people-portal checkpoints 1"


class SigningKey:
    """An Ed25519 key: `id` and `public` may be known to everybody."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes_raw()
        self.public = raw.hex()
        self.id = hashlib.sha256(raw).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"SigningKey({self.id})"

    def sign(self, text: str) -> str:
        """The signature over the text's bytes, in hex."""
        return self._private.sign(text.encode()).hex()


_secret = ""


def configure(secret: str) -> None:
    """From now on this portal signs with the key that belongs to its secret key."""
    global _secret
    _secret = secret


def current() -> SigningKey:
    """The key this portal signs with."""
    return signing_key(_secret)


@lru_cache(maxsize=8)
def signing_key(secret: str) -> SigningKey:
    """The key that belongs to a portal's secret key."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


def is_signed(public: str, signature: str, text: str) -> bool:
    """Whether the text was signed by the owner of this public key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


def signed_note(key: SigningKey, title: str, **fields: object) -> str:
    """A note of one line a field, the key that signs it, and the signature in two lines."""
    text = note(title, **fields, key=key.id, public=key.public)
    return with_signature(text, key.sign(text))


def note(title: str, **fields: object) -> str:
    """What is signed: the title and the fields, each line with its line feed."""
    return "".join(f"{line}\n" for line in [title, *(f"{k} {v}" for k, v in fields.items())])


def with_signature(text: str, signature: str) -> str:
    """The note with its signature, in lines that no mail program has to break."""
    return f"{text}signature {signature[:64]}\nsignature {signature[64:]}\n"
