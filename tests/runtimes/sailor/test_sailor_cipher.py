"""The platform's encryption against golden bytes of its own runtime."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.runtimes.sailor.cipher import Cipher, Unreadable

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/sailor/cipher.json").read_text(encoding="utf-8"))
SAME = Cipher("testCryptoPassword", "iv=any16_symbols")


def letters(vector: dict[str, Any]) -> set[bytes]:
    found = {bytes.fromhex(vector["v2"])} if "v2" in vector else set()
    return found | ({base64.b64decode(vector["v1"])} if "v1" in vector else set())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["plain"][:20])
def test_it_encrypts_as_the_original_does(vector: dict[str, Any]) -> None:
    made = Cipher(vector["password"], vector["vector"]).encrypted(vector["plain"].encode())
    assert letters(vector) == {made}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["plain"][:20])
def test_it_decrypts_what_the_original_encrypted(vector: dict[str, Any]) -> None:
    cipher = Cipher(vector["password"], vector["vector"])
    assert {cipher.decrypted(letter) for letter in letters(vector)} == {vector["plain"].encode()}


@given(st.binary(max_size=200))
def test_what_is_encrypted_comes_back(plain: bytes) -> None:
    assert SAME.decrypted(SAME.encrypted(plain)) == plain


@given(st.binary(max_size=100))
def test_anything_else_is_unreadable_or_other_bytes_but_never_a_crash(secret: bytes) -> None:
    try:
        SAME.decrypted(secret)
    except Unreadable:
        return


def test_another_key_cannot_read_it() -> None:
    with pytest.raises(Unreadable):
        Cipher("another", "iv=any16_symbols").decrypted(SAME.encrypted(b"{}"))


def test_empty_content_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        SAME.decrypted(b"")


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="ELASTICIO_MESSAGE_CRYPTO_IV: Expected 16 bytes"):
        Cipher("password", "short")


def test_the_vector_is_counted_in_bytes_of_utf_8() -> None:
    assert Cipher("password", "ä" * 8).encrypted(b"")
