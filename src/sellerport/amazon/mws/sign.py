"""Signature Version 2, with which every MWS request was signed. Pure.

Facts: MWS developer guide, *Signing the query request*; vectors in `tests/vectors/mws/`.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def query(parameters: Mapping[str, str]) -> str:
    """The parameters as MWS signs and takes them: RFC 3986 encoding, sorted by the bytes of their names."""
    pairs = sorted(parameters.items(), key=lambda pair: pair[0].encode())
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)


def signature(secret: str, *, method: str, host: str, path: str, parameters: Mapping[str, str]) -> str:
    """Base64 of the HMAC-SHA256 over method, host (with its port where that is unusual), path and query."""
    text = "\n".join((method, host.lower(), path or "/", query(parameters)))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def signed(secret: str, *, method: str, host: str, path: str, parameters: Mapping[str, str]) -> str:
    """The whole query with its signature."""
    proof = signature(secret, method=method, host=host, path=path, parameters=parameters)
    return f"{query(parameters)}&Signature={_encoded(proof)}"


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
