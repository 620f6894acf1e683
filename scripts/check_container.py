"""Runs the Dockerfile's steps in clean Debian roots (debootstrap), then every start command that the platform may use.

    sudo python scripts/check_container.py [--keep FOLDER]

For machines without a container engine. Needs root, debootstrap, a RabbitMQ (scripts/rabbitmq.sh) and the packages that the
steps install; wheels are fetched outside and handed in. The steps' own words are read from the Dockerfile: FROM, RUN, COPY,
ARG, LABEL, ENV, WORKDIR, USER and ENTRYPOINT, as far as it uses them.
"""

import argparse
import fnmatch
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/runtimes/sailor"))

from sailor_flow import Flow, Platform, Rabbit, broker_uri  # noqa: E402

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Stage:
    """One image as it grows."""

    root: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    workdir: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def command(self, words: list[str]) -> list[str]:
        """How to run the words in the image, as its user."""
        change = ["chroot", f"--userspec={self.user}", str(self.root)]
        return [*change, "/bin/sh", "-c", f"cd {shlex.quote(self.workdir)} && exec {shlex.join(words)}"]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions with what stands behind them."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word.upper(), rest.strip()


def built(folder: Path, wheels: Path) -> Stage:
    """The last stage, built."""
    base = folder / "debian"
    say("debootstrap")
    subprocess.run(
        ["debootstrap", "--variant=minbase", "bookworm", base, *mirror()], check=True, stdout=subprocess.DEVNULL
    )
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    arguments: dict[str, str] = {"COMPONENT": (ROOT / "component.json").read_text()}
    for word, rest in instructions((ROOT / "Dockerfile").read_text()):
        say(f"{word} {rest[:100]}")
        if word == "FROM":
            name = rest.split()[-1]
            stage = stages[name] = Stage(folder / f"stage-{len(stages)}")
            subprocess.run(["cp", "-a", base, stage.root], check=True)
            _host_settings(stage.root, wheels)
        elif word == "RUN":
            _run(stage, rest)
        elif word == "COPY":
            _copy(stage, rest.split(), stages)
        elif word == "ENV":
            name, _, value = rest.partition("=")
            stage.env[name] = value
        elif word == "LABEL":
            name, _, value = rest.partition("=")
            stage.labels[name.strip('"')] = arguments[value.strip('"$')]
        elif word in ("WORKDIR", "USER"):
            setattr(stage, word.lower(), rest)
            (stage.root / stage.workdir.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        elif word != "ARG":
            raise SystemExit(f"Dockerfile: {word} is not known here")
    return stage


def mirror() -> list[str]:
    """The package server that this machine uses."""
    for file in [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*.sources")]:
        for line in file.read_text().splitlines() if file.exists() else ():
            if line.startswith(("URIs:", "deb ")) and "security" not in line:
                return [next(word for word in line.split() if "://" in word)]
    return []


def _host_settings(root: Path, wheels: Path) -> None:
    """The root reaches what this machine reaches: its package servers, its names, the wheels that were fetched."""
    for place in (
        "etc/apt/sources.list",
        "etc/apt/sources.list.d",
        "etc/apt/apt.conf.d",
        "etc/resolv.conf",
        "etc/hosts",
    ):
        source, target = Path("/") / place, root / place
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy(source, target)
    shutil.copytree(wheels, root / "wheels")


def _run(stage: Stage, text: str) -> None:
    for name in ("proc", "dev"):
        subprocess.run(["mount", "--rbind", f"/{name}", stage.root / name], check=True)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        command = stage.command(["/bin/sh", "-c", text])
        done = subprocess.run(command, env={**stage.env, **offline}, capture_output=True, text=True)
    finally:
        for name in ("proc", "dev"):
            subprocess.run(["umount", "--recursive", "--lazy", stage.root / name], check=True)
    if done.returncode:
        raise SystemExit(f"RUN {text}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _copy(stage: Stage, words: list[str], stages: dict[str, Stage]) -> None:
    source = ROOT
    if words[0].startswith("--from="):
        source = stages[words.pop(0).partition("=")[2]].root
    *names, target = words
    place = stage.root / str(Path(stage.workdir, target)).lstrip("/")
    for name in names:
        found = source / name.lstrip("/")
        if source == ROOT and not _allowed(name):
            raise SystemExit(f"COPY {name}: .dockerignore leaves it out")
        if found.is_dir():
            shutil.copytree(
                found, place, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            into = place / found.name if target.endswith("/") else place
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, into)


def _allowed(name: str) -> bool:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    return any(fnmatch.fnmatch(Path(name).parts[0], pattern) for pattern in kept)


STEPS = [
    [],
    ["node", "./node_modules/elasticio-sailor-nodejs/run.js"],
    ["bash", "sail.sh"],
    ["./sail.sh"],
    ["npm", "start"],
    ["java", "-cp", "component.jar", "io.elastic.sailor.Sailor"],
]
CALLS = [
    ["node", "./node_modules/elasticio-sailor-nodejs/runService.js"],
    ["bash", "serve.sh"],
    ["./serve.sh"],
    ["java", "-cp", "component.jar", "io.elastic.sailor.Service"],
]


def commands_checked(stage: Stage) -> int:
    """Starts each command in the image, through its entrypoint and without it; how many there were."""
    uri = broker_uri()
    rabbit, platform = Rabbit(uri), Platform()
    flow = Flow(uri, rabbit, platform)
    count = 0
    try:
        for words in STEPS:
            for full in ([*stage.entrypoint, *words], words):
                if full:
                    count += 1
                    _step_checked(stage, full, flow)
        for words in CALLS:
            for full in ([*stage.entrypoint, *words], words):
                for method in ("verifyCredentials", "getMetaModel"):
                    count += 1
                    _call_checked(stage, [*full, method], platform)
    finally:
        rabbit.close()
        platform.close()
    return count


def _step_checked(stage: Stage, words: list[str], flow: Flow) -> None:
    """The step starts, is idle, and ends with 0 when it is told to."""
    function = next(iter(json.loads((ROOT / "component.json").read_text())["actions"]))
    env = {**stage.env, **flow.environment(FUNCTION=function)}
    began = time.monotonic()
    process = subprocess.Popen(stage.command(words), env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "Fully initialized" in line:
            break
    else:
        raise SystemExit(f"{shlex.join(words)}: ended with {process.wait()} before it was ready")
    ready = time.monotonic() - began
    process.send_signal(signal.SIGTERM)
    process.stdout.read()
    code = process.wait(20)
    say(f"{shlex.join(words)}: ready after {ready:.2f} s, ended with {code}")
    if code:
        raise SystemExit(1)


def _call_checked(stage: Stage, words: list[str], platform: Platform) -> None:
    """The call posts its result and ends with 0."""
    platform.asked.clear()
    named = {
        "POST_RESULT_URL": platform.url + "/result",
        "CFG": json.dumps({"operation": "Upsert"}),
        "ACTION_OR_TRIGGER": "submitProduct",
        "API_URI": platform.url,
        "API_USERNAME": "u",
        "API_KEY": "k",
    }
    env = {**stage.env, **{f"ELASTICIO_{name}": value for name, value in named.items()}}
    done = subprocess.run(stage.command(words), env=env, capture_output=True, text=True, timeout=60)
    posted = [json.loads(asked.body) for asked in platform.requests("POST")]
    say(f"{shlex.join(words)}: ended with {done.returncode}, posted {json.dumps(posted)[:100]}")
    if done.returncode or len(posted) != 1:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])


def fetched_wheels(folder: Path) -> Path:
    """The wheels that the image installs."""
    say("pip download")
    wheels = folder / "wheels"
    common = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(wheels), "--only-binary=:all:"]
    subprocess.run([*common, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*common, "hatchling==1.33.0"], check=True)
    return wheels


def say(text: str) -> None:
    print(f"container: {text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a folder for the roots, which stay there")
    asked = parser.parse_args()
    if os.getuid() or not shutil.which("debootstrap"):
        say("needs root and debootstrap")
        return 1
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="sellerport-container-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        stage = built(folder, fetched_wheels(folder))
        shutil.rmtree(stage.root / "wheels")
        size = sum(file.lstat().st_size for file in stage.root.rglob("*") if not file.is_symlink()) / 2**20
        count = commands_checked(stage)
    finally:
        if not asked.keep:
            shutil.rmtree(folder)
    label = json.loads(stage.labels["elastic.io.component"])
    say(
        f"{count} start commands answered; user {stage.user}; {size:.0f} MB; label of {label['title']} {label['version']}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
