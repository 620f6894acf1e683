"""How the platform encrypts: AES-256 in CBC mode, the key a hash of the password, one vector for all messages.

Source: elasticio-sailor-nodejs 2.7.8, lib/encryptor.js; golden bytes in tests/vectors/sailor.
"""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher as Algorithm
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK = 16
_PADS = [bytes([n]) * n for n in range(_BLOCK + 1)]


class Unreadable(Exception):
    """The content is not what this key encrypted."""


class Cipher:
    """Encrypts and decrypts with one flow's password and vector. The vector must be 16 bytes of UTF-8."""

    def __init__(self, password: str, vector: str) -> None:
        if len(vector.encode()) != _BLOCK:
            raise ValueError("ELASTICIO_MESSAGE_CRYPTO_IV: Expected 16 bytes")
        self._algorithm = Algorithm(AES256(hashlib.sha256(password.encode()).digest()), CBC(vector.encode()))

    def encrypted(self, plain: bytes) -> bytes:
        """The bytes, padded and encrypted."""
        work = self._algorithm.encryptor()
        return work.update(plain + _PADS[_BLOCK - len(plain) % _BLOCK]) + work.finalize()

    def decrypted(self, secret: bytes) -> bytes:
        """The bytes before `encrypted`; Unreadable for anything that it did not make."""
        if not secret or len(secret) % _BLOCK:
            raise Unreadable("the length is not that of encrypted content")
        work = self._algorithm.decryptor()
        plain = work.update(secret) + work.finalize()
        pad = plain[-1]
        if not 0 < pad <= _BLOCK or not plain.endswith(_PADS[pad]):
            raise Unreadable("another key or broken content")
        return plain[:-pad]
