"""Signature V2 as Amazon judges it: the string is rebuilt from the request as received.

Verb, host (lower-case, with a port that is not 80 or 443), path, and every parameter but Signature, percent-encoded by
RFC 3986 and sorted by the bytes of the names (reference 4.2).
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

METHODS: Final = {"HmacSHA256": hashlib.sha256, "HmacSHA1": hashlib.sha1}


def canonical_host(host: str) -> str:
    """The Host header as it is signed."""
    name, _, port = host.lower().partition(":")
    return name if port in ("", "80", "443") else f"{name}:{port}"


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values encoded, in byte order of the names."""
    rows = sorted(((name.encode(), value) for name, value in pairs if name != "Signature"), key=lambda row: row[0])
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in rows)


def expected(secret: str, verb: str, host: str, path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The signature that the request should carry; the method is the one that its parameters name."""
    rows = list(pairs)
    text = "\n".join((verb, canonical_host(host), path or "/", canonical_query(rows)))
    method = METHODS[dict(rows).get("SignatureMethod", "HmacSHA256")]
    return b64encode(hmac.new(secret.encode(), text.encode(), method).digest()).decode()
