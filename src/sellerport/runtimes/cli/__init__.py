"""The command line: JSON in, JSON lines out, logs and progress on stderr, one exit code for each kind of error.

`main` is called by other programs too: what is on stdout, and the exit codes, are an interface.
"""

import asyncio
import errno
import sys
from collections.abc import Mapping
from typing import Any

import cyclopts

from sellerport.contract import Component
from sellerport.errors import InputError, SellerportError, Stopped
from sellerport.runtimes.cli.commands import commands
from sellerport.runtimes.cli.logs import configure, scrubbed

USAGE = 64
INTERNAL = 70
INTERRUPTED = 130
BROKEN_PIPE = 141
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)  # what a disk or a closed output says


def main(argv: list[str], env: Mapping[str, str], component: Component) -> int:
    """Run one command; the exit code."""
    configure(sys.stderr)
    app = commands(component, env)
    try:
        command, bound, _ = app.parse_args(argv, exit_on_error=False, print_error=False)
        result = command(*bound.args, **bound.kwargs)
        return _code(asyncio.run(result) if asyncio.iscoroutine(result) else result)
    except cyclopts.CycloptsError as error:
        return _said(f"{error} Try sellerport --help.", USAGE)
    except InputError as error:
        return _said(str(error), error.exit_code)
    except SellerportError as error:
        return _said(str(error), error.exit_code)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            return _said(f"the output cannot be written: {error.strerror}", Stopped.exit_code)
        return _said(f"a bug in Sellerport, please report it: {_where(error)}", INTERNAL)


def _code(result: Any) -> int:
    return result if isinstance(result, int) else 0


def _said(text: str, code: int) -> int:
    for line in scrubbed(text).splitlines():
        print(f"sellerport: {line}", file=sys.stderr)
    return code


def _where(error: BaseException) -> str:
    """The error's kind and the place it was raised at; its text may hold what no log may show."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{place}"
