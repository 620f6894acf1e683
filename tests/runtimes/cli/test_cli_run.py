"""The command line with a toy component: what is on stdout, what on stderr, what in files, and the exit codes."""

import errno
import json
import os
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from sellerport import errors
from sellerport.contract import (
    Action,
    Call,
    Component,
    Data,
    Emission,
    Error,
    HttpReply,
    Keys,
    Rebound,
    Snapshot,
    SnapshotUpdate,
    Trigger,
)
from sellerport.runtimes.cli import main

SECRET = "hush-hush-hush"


class Account(Struct):
    name: str
    password: Annotated[str | UnsetType, Meta(extra_json_schema={"secret": True})] = UNSET
    quotaScale: str = "1"


class Fields(Struct):
    size: Annotated[int, Meta(ge=1)] = 2


class Input(Struct, forbid_unknown_fields=True):
    words: list[str] = []


RAISED: dict[str, Callable[[], BaseException]] = {
    "input": lambda: errors.InputError("bad input"),
    "invalid": lambda: errors.InvalidParameters("no", code="InvalidInput", request_id="req-7"),
    "denied": lambda: errors.Denied("no", code="AccessDenied", request_id="req-7", hint="Check the key."),
    "throttled": lambda: errors.Throttled("slow", code="QuotaExceeded"),
    "unavailable": lambda: errors.Unavailable("down"),
    "rejected": lambda: errors.Rejected("no", code="NotFound"),
    "failed": lambda: errors.FeedFailed("FATAL"),
    "stopped": lambda: errors.Stopped("stopped"),
    "bug": lambda: ZeroDivisionError(SECRET),
    "leak": lambda: errors.Rejected(f"Amazon echoes {SECRET}"),
}
EXITS = {"input": 64, "invalid": 64, "denied": 77, "throttled": 75, "unavailable": 75, "rejected": 69, "failed": 69,
         "stopped": 75, "bug": 70, "leak": 69}  # fmt: skip


class Toy:
    """A component of a few functions, and the calls it was given."""

    def __init__(self, *, verify: Any = None, commands: Any = None) -> None:
        self.calls: list[Call] = []
        self.closed = 0
        self.component = Component(
            functions={
                "tick": Trigger(title="Tick it", help="Tick.", run=self.tick, fields=Fields),
                "say": Action(title="Say it", help="Say.", run=self.say, input=Input, fields=Fields),
                "many": Action(title="Many kinds", help="Many.", run=self.many),
                **{name: Action(title=name, help="Fail.", run=self.failing(make)) for name, make in RAISED.items()},
            },
            credentials=Account,
            verify=verify,
            env_vars={"TOY_DELAY": "A delay."},
            descriptor={"component.json": {"title": "Toy", "version": "1.2.3"}},
            commands=commands or (lambda env: {}),
            close=self.close,
        )

    async def close(self) -> None:
        self.closed += 1

    async def tick(self, call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        self.calls.append(call)
        start = (call.snapshot or {}).get("n", 0)
        for number in range(start, start + call.fields.size):
            yield Data({"number": number, "name": "Ümläut 漢"})
            yield Snapshot({"n": number + 1})

    async def say(self, call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        self.calls.append(call)
        yield Data({"words": call.body.words})

    async def many(self, call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        yield SnapshotUpdate({"a": 1})
        yield Keys({"token": SECRET})
        yield HttpReply({"ok": True})
        yield Data(Raw(b'{"raw":1}'))
        yield SnapshotUpdate({"b": 2})

    def failing(self, make: Callable[[], BaseException]) -> Any:
        async def run(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
            yield Data({"before": True})
            raise make()

        return run


@pytest.fixture
def cfg(tmp_path: Path) -> Path:
    path = tmp_path / "cfg.json"
    path.write_text(json.dumps({"name": "ada", "password": SECRET, "size": "2"}))
    return path


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, list[Any], str]]:
    """Runs the command line: exit code, the JSON lines of stdout, stderr."""

    def carried_out(toy: Toy, *words: Any, env: Mapping[str, str] | None = None) -> tuple[int, list[Any], str]:
        code = main(list(map(str, words)), env or {}, toy.component)
        out, err = capfdbinary.readouterr()
        assert out == b"" or out.endswith(b"\n")
        return code, [json.loads(line) for line in out.splitlines()], err.decode()

    return carried_out


Runner = Callable[..., tuple[int, list[Any], str]]


def test_each_body_is_one_line_of_json_and_nothing_else_is_on_stdout(run: Runner, cfg: Path) -> None:
    code, lines, err = run(Toy(), "run", "tick", "--cfg", cfg)
    assert code == 0
    assert lines == [{"number": 0, "name": "Ümläut 漢"}, {"number": 1, "name": "Ümläut 漢"}]
    assert err == ""


def test_with_emissions_snapshots_stand_between_each_line_with_its_type(run: Runner, cfg: Path) -> None:
    _, lines, _ = run(Toy(), "run", "tick", "--cfg", cfg, "--emissions", "--set", "size=1")
    assert lines == [
        {"type": "data", "body": {"number": 0, "name": "Ümläut 漢"}},
        {"type": "snapshot", "body": {"n": 1}},
    ]


def test_a_body_that_is_bytes_already_is_a_line_too(run: Runner, cfg: Path) -> None:
    code, lines, err = run(Toy(), "run", "many", "--cfg", cfg)
    assert (code, lines) == (0, [{"raw": 1}])
    assert SECRET not in err


@pytest.mark.parametrize("body", [str, lambda text: Raw(msgspec.json.encode(text))], ids=["value", "bytes"])
def test_a_body_is_one_line_for_readers_who_know_more_line_ends(
    cfg: Path, capfdbinary: pytest.CaptureFixture[bytes], body: Callable[[str], Any]
) -> None:
    async def emit(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        yield Data(body("a\u0085b\u2028c\u2029d\ne漢"))

    action = Action(title="Emit", help="Emit.", run=emit)
    component = Component(functions={"emit": action}, credentials=Account, descriptor={"component.json": {}})
    assert main(["run", "emit", "--cfg", str(cfg)], {}, component) == 0
    (line,) = capfdbinary.readouterr().out.decode().splitlines()
    assert json.loads(line) == "a\u0085b\u2028c\u2029d\ne漢"


def test_what_is_set_wins_over_the_cfg(run: Runner, cfg: Path) -> None:
    toy = Toy()
    code, lines, _ = run(
        toy, "run", "tick", "--cfg", cfg, "--set", "size=1", "--set", "quotaScale=none", "--set", "name=a=b"
    )
    assert (code, len(lines)) == (0, 1)
    assert toy.calls[0].credentials == Account("a=b", SECRET, "none")


@pytest.mark.parametrize("words", [("--set", "size"), ("--set", "sise=1"), ("--set",)])
def test_a_setting_that_is_none_is_a_usage_error(run: Runner, cfg: Path, words: tuple[str, ...]) -> None:
    code, lines, err = run(Toy(), "run", "tick", "--cfg", cfg, *words)
    assert (code, lines) == (64, [])
    assert "set" in err


@pytest.mark.parametrize("name", RAISED)
def test_every_kind_of_error_has_its_exit_code_and_one_line_on_stderr(run: Runner, cfg: Path, name: str) -> None:
    toy = Toy()
    code, lines, err = run(toy, "run", name, "--cfg", cfg)
    assert code == EXITS[name]
    assert lines == [{"before": True}]
    assert err.startswith("sellerport: ")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    assert SECRET not in err
    assert toy.closed == 1


def test_an_error_tells_amazons_words_and_what_to_do(run: Runner, cfg: Path) -> None:
    _, _, err = run(Toy(), "run", "denied", "--cfg", cfg)
    assert err == "sellerport: AccessDenied: no (request id req-7) Check the key.\n"


def test_a_bug_tells_its_place_and_not_its_text(run: Runner, cfg: Path) -> None:
    _, _, err = run(Toy(), "run", "bug", "--cfg", cfg)
    assert "ZeroDivisionError at " in err
    assert "test_cli_run.py" in err


def test_every_problem_of_cfg_and_message_has_its_line(run: Runner, cfg: Path, tmp_path: Path) -> None:
    cfg.write_text(json.dumps({"size": 0, "password": [SECRET]}))
    message = tmp_path / "message.json"
    message.write_text('{"words": [1, "a", 2]}')
    code, lines, err = run(Toy(), "run", "say", "--cfg", cfg, "--message", message)
    assert (code, lines) == (64, [])
    for path in ("$.name", "$.size", "$.password", "$.words[0]", "$.words[2]"):
        assert path in err
    assert len(err.splitlines()) == 5
    assert SECRET not in err


def test_a_message_is_a_file_or_standard_input(run: Runner, cfg: Path, tmp_path: Path, monkeypatch: Any) -> None:
    message = tmp_path / "message.json"
    message.write_text('{"WORDS": ["a"]}')
    assert run(Toy(), "run", "say", "--cfg", cfg, "--message", message)[1] == [{"words": ["a"]}]
    with message.open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": stream}))
        assert run(Toy(), "run", "say", "--cfg", cfg, "--message", "-")[1] == [{"words": ["a"]}]


def test_without_a_message_the_body_is_empty(run: Runner, cfg: Path) -> None:
    assert run(Toy(), "run", "say", "--cfg", cfg)[1] == [{"words": []}]


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "nonsense", '{"words": 7}', "\ufeff{}"])
def test_a_message_that_is_none_is_an_input_error(run: Runner, cfg: Path, tmp_path: Path, text: str) -> None:
    message = tmp_path / "message.json"
    message.write_text(text)
    code, lines, err = run(Toy(), "run", "say", "--cfg", cfg, "--message", message)
    assert (code, lines) == (64, [])
    assert "body" in err


@pytest.mark.parametrize("text", ["", "{", "nonsense", "\ufeff{}"])
def test_a_message_that_is_none_is_one_too_where_nothing_of_it_is_needed(
    run: Runner, cfg: Path, tmp_path: Path, text: str
) -> None:
    message = tmp_path / "message.json"
    message.write_text(text)
    code, lines, err = run(Toy(), "run", "tick", "--cfg", cfg, "--message", message)
    assert (code, lines) == (64, [])
    assert "body: Expected JSON" in err


@pytest.mark.parametrize("text", [None, "", "{", "[]", '"text"', "\ufeff{}", "nonsense"])
def test_a_cfg_that_is_none_is_an_input_error_that_names_the_flag(
    run: Runner, tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "other.json"
    if text is not None:
        path.write_text(text)
    for words in (("run", "tick"), ("verify",)):
        code, lines, err = run(Toy(), *words, "--cfg", path)
        assert (code, lines) == (64, [])
        assert "--cfg" in err
        assert str(path) in err


@pytest.mark.parametrize("flag", ["--message", "--snapshot"])
def test_a_file_that_cannot_be_read_is_an_input_error_that_names_the_flag(
    run: Runner, cfg: Path, tmp_path: Path, flag: str
) -> None:
    code, lines, err = run(Toy(), "run", "tick", "--cfg", cfg, flag, tmp_path)
    assert (code, lines) == (64, [])
    assert flag in err


@pytest.mark.parametrize(
    "words",
    [("shout",), ("run",), ("run", "tick"), ("run", "tick", "--cfg"), ("run", "tick", "--what"), ("run", "--cfg", "x", "a", "b"),
     ("verify",), ("run", "tick", "--sample", "maybe")],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_command_line_is_a_usage_error(run: Runner, words: tuple[str, ...]) -> None:
    code, lines, err = run(Toy(), *words)
    assert (code, lines) == (64, [])
    assert err.startswith("sellerport: ")
    assert "Traceback" not in err


def test_an_unknown_function_is_told_with_those_there_are(run: Runner, cfg: Path) -> None:
    code, _, err = run(Toy(), "run", "shout", "--cfg", cfg)
    assert code == 64
    assert "tick" in err
    assert "'shout'" in err


def test_a_snapshot_is_read_if_there_is_one_and_replaced_at_every_snapshot(
    run: Runner, cfg: Path, tmp_path: Path
) -> None:
    place, toy = tmp_path / "place.json", Toy()
    numbers = []
    for _ in range(3):
        code, lines, _ = run(toy, "run", "tick", "--cfg", cfg, "--snapshot", place)
        assert code == 0
        numbers += [line["number"] for line in lines]
    assert numbers == [0, 1, 2, 3, 4, 5]
    assert json.loads(place.read_text()) == {"n": 6}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cfg.json", "place.json"], "no other file is left"


def test_the_snapshot_is_on_the_disk_before_the_next_emission_is_asked(run: Runner, cfg: Path, tmp_path: Path) -> None:
    place, toy, seen = tmp_path / "place.json", Toy(), []

    async def watching(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        for number in range(3):
            yield Snapshot({"n": number})
            seen.append(json.loads(place.read_text())["n"])

    toy.component.functions["tick"] = Trigger(title="T", help="T.", run=watching)  # type: ignore[index]
    run(toy, "run", "tick", "--cfg", cfg, "--snapshot", place)
    assert seen == [0, 1, 2]


def test_members_of_a_snapshot_change_alone(run: Runner, cfg: Path, tmp_path: Path) -> None:
    place = tmp_path / "place.json"
    place.write_text('{"kept": 0, "a": 0}')
    _, lines, _ = run(Toy(), "run", "many", "--cfg", cfg, "--snapshot", place, "--emissions")
    assert json.loads(place.read_text()) == {"kept": 0, "a": 1, "b": 2}
    assert lines[-1] == {"type": "snapshot", "body": {"kept": 0, "a": 1, "b": 2}}


def test_a_run_that_fails_keeps_the_snapshot_it_had_reached(run: Runner, cfg: Path, tmp_path: Path) -> None:
    place, toy = tmp_path / "place.json", Toy()

    async def failing(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        yield Snapshot({"n": 1})
        raise errors.Unavailable("down")

    toy.component.functions["tick"] = Trigger(title="T", help="T.", run=failing)  # type: ignore[index]
    assert run(toy, "run", "tick", "--cfg", cfg, "--snapshot", place)[0] == 75
    assert json.loads(place.read_text()) == {"n": 1}


@pytest.mark.parametrize("text", ["{", "nonsense", "\x00"])
def test_a_snapshot_that_is_none_is_an_input_error(run: Runner, cfg: Path, tmp_path: Path, text: str) -> None:
    place = tmp_path / "place.json"
    place.write_text(text)
    code, lines, err = run(Toy(), "run", "tick", "--cfg", cfg, "--snapshot", place)
    assert (code, lines) == (64, [])
    assert "--snapshot" in err
    assert place.read_text() == text


def test_an_empty_snapshot_file_is_no_snapshot(run: Runner, cfg: Path, tmp_path: Path) -> None:
    place = tmp_path / "place.json"
    place.touch()
    assert run(Toy(), "run", "tick", "--cfg", cfg, "--snapshot", place)[0] == 0
    assert json.loads(place.read_text()) == {"n": 2}


def test_a_place_where_no_file_can_be_written_is_told_before_anything_is_asked(
    run: Runner, cfg: Path, tmp_path: Path
) -> None:
    toy = Toy()
    code, lines, err = run(toy, "run", "tick", "--cfg", cfg, "--snapshot", tmp_path / "no" / "place.json")
    assert (code, lines, toy.calls) == (64, [], [])
    assert "--snapshot" in err


def test_a_place_that_is_no_file_is_refused_and_left_alone(run: Runner, cfg: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path):
        toy = Toy()
        code, lines, err = run(toy, "run", "tick", "--cfg", cfg, "--snapshot", place)
        assert (code, lines, toy.calls) == (64, [], [])
        assert "--snapshot: Expected a file" in err
    assert pipe.is_fifo()


def test_a_disk_that_is_full_is_told_and_the_old_snapshot_stays(
    run: Runner, cfg: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place.json"
    place.write_text('{"n": 7}')

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, lines, err = run(Toy(), "run", "tick", "--cfg", cfg, "--snapshot", place)
    assert (code, [line["number"] for line in lines]) == (75, [7])
    assert "--snapshot: cannot write" in err
    assert "No space left on device" in err
    assert [path.name for path in tmp_path.glob("*place*")] == ["place.json"]
    assert json.loads(place.read_text()) == {"n": 7}


def test_a_link_to_a_snapshot_is_followed_and_its_mode_kept(run: Runner, cfg: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text('{"n": 5}')
    real.chmod(0o640)
    link.symlink_to(real)
    assert run(Toy(), "run", "tick", "--cfg", cfg, "--snapshot", link)[0] == 0
    assert link.is_symlink()
    assert json.loads(real.read_text()) == {"n": 7}
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_sample_says_so_and_reads_no_snapshot(run: Runner, cfg: Path, tmp_path: Path) -> None:
    place, toy = tmp_path / "place.json", Toy()
    place.write_text('{"n": 5}')
    run(toy, "run", "tick", "--cfg", cfg, "--sample", "--snapshot", place)
    assert (toy.calls[0].sample, toy.calls[0].snapshot) == ("cli", None)


def test_a_key_is_strict_and_none_is_none(run: Runner, cfg: Path) -> None:
    toy = Toy()
    run(toy, "run", "say", "--cfg", cfg, "--key", "-wish 1")
    run(toy, "run", "say", "--cfg", cfg)
    assert [(call.key, call.key_is_strict) for call in toy.calls] == [("-wish 1", True), (None, False)]


def test_only_the_components_own_variables_reach_a_run(run: Runner, cfg: Path) -> None:
    toy = Toy()
    run(toy, "run", "say", "--cfg", cfg, env={"TOY_DELAY": "5", "HOME": "/root", "AWS_SECRET": SECRET})
    assert toy.calls[0].env == {"TOY_DELAY": "5"}


@pytest.mark.parametrize(("emission", "code"), [(Error("said no"), 70), (Error(errors.Rejected("no")), 69),
                                                (Rebound(errors.Throttled("later")), 75)])  # fmt: skip
def test_an_error_or_a_rebound_that_is_emitted_ends_the_run(
    run: Runner, cfg: Path, emission: Emission, code: int
) -> None:
    toy = Toy()

    async def emitting(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        yield emission

    toy.component.functions["tick"] = Trigger(title="T", help="T.", run=emitting)  # type: ignore[index]
    assert run(toy, "run", "tick", "--cfg", cfg)[0] == code


def test_functions_are_listed_with_kind_and_title(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["functions"], {}, Toy().component) == 0
    first, second, *_ = capfd.readouterr().out.splitlines()
    assert first.split(maxsplit=2) == ["tick", "trigger", "Tick it"]
    assert second.split(maxsplit=2) == ["say", "action", "Say it"]


def test_the_component_is_printed_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["component"], {}, Toy().component) == 0
    assert json.loads(capfd.readouterr().out) == {"title": "Toy", "version": "1.2.3"}


def test_the_version_is_the_components(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"], {}, Toy().component) == 0
    assert capfd.readouterr().out.strip() == "1.2.3"


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], []])
def test_help_is_there(capfd: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(words, {}, Toy().component) == 0
    out = capfd.readouterr().out
    assert "run" in out
    if words[:1] == ["run"]:
        for flag in ("--cfg", "--message", "--snapshot", "--sample", "--set", "--emissions", "--key"):
            assert flag in out


def test_a_verification_says_that_it_worked_and_warns_on_stderr(cfg: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[Any] = []

    async def verify(given: Mapping[str, Any], env: Mapping[str, str]) -> list[str]:
        seen.append((given, env))
        return ["the clock is slow"]

    toy = Toy(verify=verify)
    assert main(["verify", "--cfg", str(cfg)], {"TOY_DELAY": "1"}, toy.component) == 0
    out, err = capfd.readouterr()
    assert "verified" in out
    assert err == "warning: the clock is slow\n"
    assert seen == [({"name": "ada", "password": SECRET, "size": "2"}, {"TOY_DELAY": "1"})]
    assert toy.closed == 1


@pytest.mark.parametrize("name", RAISED)
def test_a_verification_that_fails_has_the_exit_code_of_its_error(
    cfg: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    async def verify(given: Mapping[str, Any], env: Mapping[str, str]) -> list[str]:
        raise RAISED[name]()

    assert main(["verify", "--cfg", str(cfg)], {}, Toy(verify=verify).component) == EXITS[name]
    out, err = capfd.readouterr()
    assert "verified" not in out
    assert err.startswith("sellerport: ")
    assert SECRET not in err


def test_a_component_without_an_account_has_nothing_to_verify(cfg: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--cfg", str(cfg)], {}, Toy().component) == 64


def test_a_component_brings_commands_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    def hello(who: str) -> None:
        """Greet.

        Parameters
        ----------
        who
            Whom.
        """
        print(f"hello {who}")

    toy = Toy(commands=lambda env: {"greet": hello, "group": {"": hello, "again": hello}})
    assert main(["greet", "ada"], {}, toy.component) == 0
    assert main(["group", "again", "ada"], {}, toy.component) == 0
    assert capfd.readouterr().out == "hello ada\nhello ada\n"
