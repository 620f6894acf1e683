"""Files that the command line reads and writes."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from sellerport.errors import InputError, Stopped


def json_object(path: Path, flag: str) -> dict[str, Any]:
    """The JSON object in a file; an InputError names the flag and what is wrong."""
    try:
        value = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"{flag}: cannot read {path}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{flag}: Expected JSON in {path}: {error}") from None
    if not isinstance(value, dict):
        raise InputError(f"{flag}: Expected a JSON object in {path}")
    return value


def message(path: str | None) -> msgspec.Raw | dict[str, Any]:
    """The body of the message as bytes that are read into the function's own type; `-` is standard input."""
    if path is None:
        return {}
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, AttributeError) as error:  # AttributeError: there is no stdin at all
        raise InputError(f"--message: cannot read {path}: {getattr(error, 'strerror', 'it is closed')}") from None
    return msgspec.Raw(data)


def settings(pairs: list[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs."""
    for pair in pairs:
        if "=" not in pair:
            raise InputError(f"--set: Expected NAME=VALUE, got {pair!r}")
    return dict(pair.split("=", 1) for pair in pairs)


def snapshot(path: Path | None) -> Any:
    """The snapshot in the file, or None where there is no file yet."""
    if path is None or not path.exists() or not path.stat().st_size:
        return None
    try:
        return msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"--snapshot: cannot read {path}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"--snapshot: Expected JSON in {path}: {error}") from None


def check_place(path: Path | None) -> None:
    """InputError where no file can be written at that place, before anything is asked."""
    if path is not None and path.exists() and not path.is_file():
        raise InputError(f"--snapshot: Expected a file, got {path}, which is something else")
    if path is not None and not (path.resolve().parent.is_dir() and os.access(path.resolve().parent, os.W_OK)):
        raise InputError(f"--snapshot: Expected a place that can be written, got {path}")


def replace(path: Path, value: Any) -> None:
    """Put the value into the file, whole or not at all, and on the disk before this returns."""
    path = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(f"--snapshot: cannot write beside {path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            if path.exists():
                os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
            file.write(msgspec.json.encode(value))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Stopped(f"--snapshot: cannot write {path}: {error.strerror}; run it again to go on") from None
        raise


def pretty(value: Any) -> bytes:
    """JSON for people and for diffs."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
