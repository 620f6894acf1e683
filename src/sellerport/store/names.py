"""Lock names as numbers: what file offsets and advisory locks are known by."""

from hashlib import sha256


def lock_number(name: str) -> int:
    """A number of 62 bits for a lock's name; two names with one number are less likely than a broken disk."""
    return int.from_bytes(sha256(b"sellerport\0" + name.encode()).digest()[:8]) >> 2
