"""The documents agree with the code and with one another."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sellerport.component import component
from sellerport.schema import form

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WHOLE = component()
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PLACE = re.compile(r"`((?:docs|src|tests|scripts|bench|changelog\.d)/[\w./-]*)`")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
#: What is said of the project's own making has no place in its documents.
FOREIGN = re.compile(r"TODO|FIXME", re.IGNORECASE)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as a code host makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_place_in_the_tree_that_is_named_is_there(path: Path) -> None:
    named = PLACE.findall(path.read_text(encoding="utf-8"))
    assert [place for place in named if not (ROOT / place).exists() and not list(ROOT.glob(place))] == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_a_document_speaks_of_the_project_alone(path: Path) -> None:
    assert FOREIGN.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_json_in_a_document_is_json(path: Path) -> None:
    for language, block in BLOCK.findall(path.read_text(encoding="utf-8")):
        if language == "json" and "…" not in block:
            json.loads(block)


def test_what_is_generated_is_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def commands() -> list[tuple[str, list[str]]]:
    """Every `sellerport …` of the documents, with the document's name."""
    found = []
    for path in DOCS:
        for language, block in BLOCK.findall(path.read_text(encoding="utf-8")):
            if language not in ("sh", "bash", "console", ""):
                continue
            for line in block.replace("\\\n", " ").splitlines():
                said = re.search(r"(?:^|\s|/)sellerport ([a-z].*)", line.partition("#")[0])
                if said:
                    found.append((name(path), shlex.split(re.sub(r"\s{2,}.*|[|>].*", "", said[1]))))
    return found


COMMANDS = commands()
WORDS = {"functions", "component", "verify", "run", "feeds", "convert", "sailor"}
FLAGS = {"--cfg", "--message", "--snapshot", "--sample", "--set", "--emissions", "--key", "--help", "--version"}


def test_there_are_commands_to_look_at() -> None:
    assert {words[0] for _, words in COMMANDS} >= {"functions", "verify", "run"}


@pytest.mark.parametrize(("document", "words"), COMMANDS, ids=[f"{d} {' '.join(w)[:60]}" for d, w in COMMANDS])
def test_every_command_of_a_document_exists(document: str, words: list[str]) -> None:
    assert words[0] in WORDS
    if words[0] != "run":
        return
    assert words[1] in WHOLE.functions or words[1] == "FUNCTION"
    flags = {word.strip("[].").partition("=")[0] for word in words if word.strip("[").startswith("--")}
    assert flags <= FLAGS
    for place, word in enumerate(words):
        if word == "--set" and words[1] != "FUNCTION":
            field = words[place + 1].partition("=")[0]
            known = set(form(WHOLE.function(words[1]).fields)) | set(form(WHOLE.credentials)) | {"quotaScale"}
            assert field in known


def test_every_function_has_a_page_and_no_page_is_of_none() -> None:
    assert {path.stem for path in (ROOT / "docs" / "actions").glob("*.md")} == set(WHOLE.functions)


def test_the_readme_tells_every_exit_code() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for code in (0, 64, 69, 70, 75, 77):
        assert f"| {code} |" in text


def test_the_documents_tell_every_variable() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in DOCS)
    for variable in WHOLE.env_vars:
        assert variable in told


def test_every_command_of_the_command_line_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for word in WORDS:
        assert f"sellerport {word}" in text


def test_the_completeness_matrix_names_every_operation() -> None:
    text = (ROOT / "docs" / "completeness.md").read_text(encoding="utf-8")
    for function in WHOLE.functions.values():
        for operations in function.operations.values():
            for operation in operations:
                assert f"`{operation}`" in text


def test_changelog_fragments_are_of_a_known_kind_and_one_sentence() -> None:
    for path in (ROOT / "changelog.d").glob("*.md"):
        assert re.fullmatch(r"\+[\w-]+\.(added|changed|fixed)\.md", path.name), path.name
        text = path.read_text(encoding="utf-8").strip()
        assert text.endswith("."), path.name
        assert "\n\n" not in text, path.name
