"""The component that a process runs: its own, or one named as a file or a module."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from sellerport.contract import Component, Function
from sellerport.runtimes.sailor.outcome import Failure

Load = Callable[[], Component]


def loader(name: str | None, default: Load, *, folder: str) -> Load:
    """What loads the component `FILE.py` or `MODULE[:NAME]`; a file is looked for below the folder, a module on the path."""
    return default if name is None else lambda: _named(name, Path.cwd() / folder.lstrip("/"))


def _named(name: str, folder: Path) -> Component:
    place, _, attribute = name.partition(":") if not name.endswith(".py") else (name, "", "")
    try:
        module = _file(folder / place) if place.endswith(".py") else importlib.import_module(place)
        component = getattr(module, attribute or "COMPONENT")
    except Exception as error:
        raise Failure(f"Failed to load component.json from {folder}") from error
    if not isinstance(component, Component):
        raise Failure(f"Failed to load component.json from {folder}")
    return component


def _file(path: Path) -> object:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module in {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def function_of(component: Component, name: str) -> Function:
    """The function of that name; Failure in the original runtime's words where there is none."""
    if name not in component.functions:
        raise Failure(f'Trigger or action "{name}" is not found in component.json!')
    return component.functions[name]
