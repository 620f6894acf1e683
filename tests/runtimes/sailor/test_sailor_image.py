"""The image's entrypoint: whatever words the platform starts it with, the step or the one-off call runs."""

import os
import subprocess
from pathlib import Path

import pytest

ENTRY = Path(__file__).parents[3] / "docker" / "entry.sh"
MODULES = "./node_modules/elasticio-sailor-nodejs"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "sailor"),
        (["node", f"{MODULES}/run.js"], "sailor"),
        (["npm", "start"], "sailor"),
        (["bash", "sail.sh"], "sailor"),
        (["java", "-cp", "component.jar", "io.elastic.sailor.Sailor"], "sailor"),
        (["node", f"{MODULES}/runService.js", "verifyCredentials"], "sailor service verifyCredentials"),
        (["bash", "serve.sh", "getMetaModel"], "sailor service getMetaModel"),
        (["java", "-cp", "component.jar", "io.elastic.sailor.Service", "selectModel"], "sailor service selectModel"),
        (["bash", "-c", f"node {MODULES}/runService.js verifyCredentials"], "sailor service verifyCredentials"),
        (["bash", "-c", f"node {MODULES}/run.js"], "sailor"),
        (["bash", "serve.sh", "*"], "sailor service *"),
        (["sellerport", "functions"], "functions"),
    ],
)
def test_a_start_command_is_understood(words: list[str], expected: str, tmp_path: Path) -> None:
    fake = tmp_path / "sellerport"
    fake.write_text('#!/bin/sh\necho "$@"\n')
    fake.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", ENTRY, *words], env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
