"""Who may know whom: the import rules, each a row, read off the sources."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from amazon_wire.quotas import MWS, MWS_BUCKETS, SPAPI

SRC = Path(__file__).parents[1] / "src"
#: These packages -> may never import these.
RULES = (
    ("sellerport.runtimes", ("sellerport.amazon", "sellerport.actions", "sellerport.triggers", "sellerport.component",
                             "sellerport.verify", "sellerport.commands", "sellerport.memory", "sellerport.store")),
    ("sellerport.runtimes.cli", ("sellerport.runtimes.sailor",)),
    ("sellerport.runtimes.sailor", ("sellerport.runtimes.cli",)),
    ("sellerport.actions", ("sellerport.amazon.mws", "sellerport.amazon.spapi", "sellerport.amazon.http",
                            "sellerport.amazon.connect", "sellerport.runtimes", "sellerport.triggers",
                            "sellerport.component")),
    ("sellerport.triggers", ("sellerport.amazon.mws", "sellerport.amazon.spapi", "sellerport.amazon.http",
                             "sellerport.amazon.connect", "sellerport.runtimes", "sellerport.actions",
                             "sellerport.component")),
    ("sellerport.amazon", ("sellerport.contract", "sellerport.actions", "sellerport.triggers", "sellerport.runtimes",
                           "sellerport.component", "sellerport.schema", "sellerport.verify", "sellerport.commands")),
    ("sellerport.amazon.mws", ("sellerport.amazon.spapi",)),
    ("sellerport.amazon.spapi", ("sellerport.amazon.mws",)),
    ("sellerport.store", ("sellerport.amazon", "sellerport.contract", "sellerport.runtimes", "sellerport.actions",
                          "sellerport.triggers", "sellerport.component")),
    ("sellerport", ("sellersim",)),
    ("sellersim", ("sellerport",)),
    ("amazon_wire", ("sellerport", "sellersim")),
)  # fmt: skip
#: These modules -> may import of sellerport no more than these.
ONLY = (
    ("sellerport.contract", {"sellerport.errors", "sellerport.reading"}),
    ("sellerport.reading", {"sellerport.errors"}),
    ("sellerport.errors", set()),
    ("sellerport.times", set()),
    ("sellerport.schema", {"sellerport.reading"}),
)
#: These libraries -> only there.
CLIENTS = (
    (("httpx2", "httpcore2", "urllib.request", "http.client", "requests"), {
        "sellerport.amazon.http",
        "sellerport.runtimes.sailor.rest",  # the platform's own API, apart from Amazon's
    }),
    (("pika", "aio_pika"), {"sellerport.runtimes.sailor.broker"}),
    (("sqlalchemy", "aiosqlite", "asyncpg", "alembic", "sqlite3"), {
        "sellerport.store", "sellerport.migrations", "sellerport.amazon.pace", "sellerport.amazon.submission.journal",
    }),
    (("lxml",), {"sellerport.amazon", "sellerport.commands", "sellersim"}),
    (("uvicorn", "starlette"), {"sellersim"}),
    (("cyclopts", "rich"), {"sellerport.runtimes.cli", "sellersim.__main__"}),
)  # fmt: skip
ENVIRONMENT = {"sellerport.__main__", "sellersim.__main__"}


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def trees() -> dict[str, ast.Module]:
    """Every module by its name."""
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SRC.rglob("*.py"))}


def imports(module: str) -> Iterator[str]:
    """What a module imports, at its top or when it is used; of `from a import b` both a and a.b."""
    package = module if (SRC / Path(*module.split(".")) / "__init__.py").exists() else module.rpartition(".")[0]
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            start = ".".join(filter(None, [above, node.module])) if node.level else node.module or ""
            yield start
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) == "import_module":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize(("package", "forbidden"), RULES, ids=[f"{p}-{n}" for n, (p, _) in enumerate(RULES)])
def test_a_package_imports_nothing_that_it_may_not_know(package: str, forbidden: tuple[str, ...]) -> None:
    assert any(within(module, package) for module in trees()), f"there is no {package} to watch"
    found = [
        f"{module} imports {name}"
        for module in trees()
        if within(module, package)
        for name in imports(module)
        if any(within(name, other) for other in forbidden)
    ]
    assert found == []


@pytest.mark.parametrize(("module", "allowed"), ONLY, ids=[module for module, _ in ONLY])
def test_a_module_imports_of_the_project_only_what_it_may(module: str, allowed: set[str]) -> None:
    own = {name for name in imports(module) if name.split(".")[0] in ("sellerport", "sellersim", "amazon_wire")}
    assert {name for name in own if not any(within(name, one) for one in allowed)} - {"sellerport"} == set()


@pytest.mark.parametrize(("libraries", "places"), CLIENTS, ids=[libraries[0] for libraries, _ in CLIENTS])
def test_a_library_is_used_only_in_its_place(libraries: tuple[str, ...], places: set[str]) -> None:
    found = {
        module
        for module in trees()
        for name in imports(module)
        if any(within(name, library) for library in libraries) and not any(within(module, place) for place in places)
    }
    assert found == set()


def test_only_the_entrances_read_the_environment() -> None:
    found = {
        module
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and {a.name for a in node.names} & {"environ", "getenv"})
    }  # fmt: skip
    assert found <= ENVIRONMENT


#: The one sentence that is about a protocol: a status that SP-API never had is refused before anything is sent.
ALLOWED = {"sellerport.triggers.get_new_and_updated_orders": {"SP-API"}}


def _protocol_words() -> tuple[str, ...]:
    return ("x-amz", "x-mws", "Signature", "/orders/2026", "/Orders/2013", "/feeds/2021", "http://", "https://")


@pytest.mark.parametrize("package", ["sellerport.actions", "sellerport.triggers"])
def test_no_action_has_a_url_a_header_or_an_if_on_the_protocol(package: str) -> None:
    found = []
    for module, tree in trees().items():
        if not within(module, package):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.If | ast.IfExp) and {"SP-API", "MWS"} & set(_texts(node.test)) - ALLOWED.get(
                module, set()
            ):
                found.append(f"{module}:{node.lineno} asks for the protocol")
            texts = [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
            found += [
                f"{module}:{node.lineno} says {text[:40]!r}"
                for text in texts
                for word in _protocol_words()
                if word in text
                and not any(allowed in text for allowed in ("github.com", "https://example.", "https://cdn.example."))
            ]
    assert found == []


def _texts(node: ast.AST) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_no_adapter_has_the_name_of_an_action() -> None:
    actions = {
        name for path in (SRC / "sellerport" / "actions").glob("*.py") if not path.name.startswith("_")
        for name in (path.stem, "".join(w.capitalize() for w in path.stem.split("_")))
    }  # fmt: skip
    own = {*SPAPI, *MWS, *MWS_BUCKETS}  # Amazon calls some of its operations the same
    found = [
        f"{module} says {text}"
        for module, tree in trees().items()
        if within(module, "sellerport.amazon.mws") or within(module, "sellerport.amazon.spapi")
        for text in _texts(tree)
        if text in actions - own and text != "get_order"
    ]
    assert found == []


def test_no_module_has_more_than_four_hundred_lines() -> None:
    long = {
        name_of(path): lines
        for path in SRC.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_every_module_says_what_it_is() -> None:
    assert [module for module, tree in trees().items() if not ast.get_docstring(tree) and tree.body] == []
