"""The platform's original runtime, started as a flow's step."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sailor_flow import Flow

HERE = Path(__file__).parent / "witness"
BELOW = os.path.relpath(HERE)


def witness_folder() -> str:
    """The folder that it is installed in."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("the witness needs Node.js and npm")
    script = Path(__file__).parents[3] / "scripts/witness.sh"
    done = subprocess.run(["bash", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@asynccontextmanager
async def original(flow: Flow, folder: str, **env: str) -> AsyncIterator[None]:
    """The original runtime as the flow's step."""
    given = {**flow.environment(COMPONENT_PATH=BELOW, **env), "PATH": os.environ["PATH"]}
    process = await asyncio.create_subprocess_exec(
        "node", f"{folder}/node_modules/elasticio-sailor-nodejs/run.js", env=given, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    async for line in process.stdout:
        flow.lines.append(json.loads(line))
        if flow.said("Fully initialized"):
            break
    drained = asyncio.ensure_future(process.stdout.read())
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 20)
        await drained
