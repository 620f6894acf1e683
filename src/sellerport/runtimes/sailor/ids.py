"""New ids, as the platform's neighbours make them: random UUIDs, version 4."""

import os
from collections.abc import Iterator


def ids() -> Iterator[str]:
    """New ids without end. Randomness is fetched for many at once: one at a time it costs more than the rest of an id."""
    while True:
        pool = os.urandom(16 * 256).hex()
        for at in range(0, len(pool), 32):
            text = pool[at : at + 32]
            variant = "89ab"[int(text[16], 16) & 3]
            yield f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
