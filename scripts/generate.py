"""Writes what is generated from the code: component.json, a page a function, the completeness matrix.

With --check it writes nothing and fails where a file in the tree is not what the code says.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sellerport.component import component
from sellerport.contract import Function
from sellerport.reading import schema_of

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    written = files()
    if "--check" not in sys.argv[1:]:
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    known = set(written)
    stale += [path for path in (ROOT / "docs" / "actions").glob("*.md") if path not in known]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the code says: run `make generate`", file=sys.stderr)
    return 1 if stale else 0


def files() -> dict[Path, str]:
    """Every generated file with its text."""
    whole = component()
    described = whole.descriptor["component.json"]
    pages = {ROOT / "docs" / "actions" / f"{name}.md": page(name, f, described) for name, f in whole.functions.items()}
    return {
        ROOT / "component.json": json.dumps(described, indent=2, ensure_ascii=False) + "\n",
        ROOT / "docs" / "completeness.md": matrix(whole.functions),
        **pages,
    }


def page(name: str, function: Function, described: Mapping[str, Any]) -> str:
    """One function's page: what it does, its fields, its input, its output, an example."""
    entry = described[f"{function.kind}s"][name]
    parts = [
        f"# {function.title}",
        "",
        function.help,
        "",
        f"`{name}`, {'a' if function.kind == 'trigger' else 'an'} {function.kind}.",
    ]
    if entry.get("fields"):
        parts += ["", "## Fields", "", "| field | name in the cfg | required | meaning |", "|---|---|---|---|"]
        declared = schema_of(function.fields)["properties"]
        parts += [row(field, facts, declared[field].get("default")) for field, facts in entry["fields"].items()]
    for side, heading in (("in", "Input"), ("out", "Output")):
        members = listed(entry.get("metadata", {}).get(side, {}))
        if members:
            parts += ["", f"## {heading}", "", "| member | type | required |", "|---|---|---|", *members]
    if function.metadata is not None:
        parts += [
            "",
            "The input depends on the fields; the platform asks for it, and it is validated the same way everywhere.",
        ]
    parts += ["", "## Example", "", *example(name, function)]
    return "\n".join(parts) + "\n"


def row(name: str, facts: Mapping[str, Any], default: Any) -> str:
    choices = facts.get("model")
    text = facts.get("help", {}).get("description", "")
    if isinstance(choices, Mapping) and len(choices) < 12:
        text += f" One of {', '.join(f'`{key}`' for key in choices)}."
    if isinstance(default, str | int):
        text += f" Default: `{default}`."
    return f"| {facts['label']} | `{name}` | {'yes' if facts['required'] else 'no'} | {cell(text)} |"


def listed(schema: Mapping[str, Any], path: str = "") -> list[str]:
    """A row a member, nested ones by their path."""
    rows = []
    for name, facts in schema.get("properties", {}).items():
        here = f"{path}{name}"
        array = facts.get("type") == "array"
        kind = f"array of {facts.get('items', {}).get('type', 'anything')}" if array else facts.get("type", "anything")
        choices = facts.get("enum") or facts.get("items", {}).get("enum") or []
        told = f": {', '.join(map(str, choices))}" if 0 < len(choices) < 8 else ""
        rows.append(
            f"| `{here}{'[]' if array else ''}` | {cell(kind + told)} | {'yes' if facts.get('required') else 'no'} |"
        )
        rows += listed(facts.get("items", {}) if array else facts, f"{here}{'[]' if array else ''}.")
    return rows


def example(name: str, function: Function) -> list[str]:
    said = []
    if function.example_fields:
        said += ["Fields in the cfg:", "", "```json", pretty(function.example_fields), "```", ""]
    if function.example:
        said += ["Message:", "", "```json", pretty(function.example), "```", ""]
    flag = " --message message.json" if function.example else ""
    return [*said, "```sh", f"sellerport run {name} --cfg cfg.json{flag}", "```"]


def matrix(functions: Mapping[str, Function]) -> str:
    """Which of Amazon's operations each function uses."""
    lines = [
        "# Completeness",
        "",
        "Which operations of Amazon each trigger and action covers. Generated from the code.",
        "",
        "| function | kind | MWS | SP-API |",
        "|---|---|---|---|",
    ]
    for name, function in functions.items():
        mws, spapi = (", ".join(f"`{o}`" for o in function.operations.get(api, ())) for api in ("MWS", "SP-API"))
        lines.append(f"| [{function.title}](actions/{name}.md) | {function.kind} | {mws} | {spapi} |")
    return "\n".join(lines) + "\n"


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
