"""The picture of the house, held against the imports: they go down only."""

import ast
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_database

PORTAL = Path(__file__).resolve().parents[2] / "portal"

FLOORS = [
    "config clock turnstile db prepared queue web hx doors assets packing text registry".split()
    + "privacy forms ics".split(),
    ["audit", "mail", "blobs"],
    ["people"],
    ["assignments", "uploads", "retention"],
    ["documents", "personnel", "demographics"],
    ["questionnaires", "compliance"],
    "checklists competencies policies certificates learning incidents".split()
    + "feedback goals oneonones".split(),
    ["scorm", "sessions", "paths", "growth"],
    ["reviews"],
    ["careers"],
    ["trust", "evidence", "metrics"],
    ["home"],
    [
        "app",
        "kinds",
        "worker",
        "cli",
        "serve",
        "models",
        "seed",
        "doctor",
        "migrations",
        "__main__",
    ],
]
# The plinth and the frame are rooms without walls inside.
OPEN_PLAN = {0, 12}
# No neighbor looks into another.
NEIGHBORS: set[tuple[str, str]] = set()
PLINTH_FOR_MODELS = {"flask", "wtforms", "portal.web", "portal.hx", "portal.doors", "portal.forms"}


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


@cache
def rooms() -> list[str]:
    found = {path.stem for path in PORTAL.glob("*.py")} - {"__init__"}
    return sorted(found | {path.parent.name for path in PORTAL.glob("*/*.py")})


@cache
def imports_of(path: Path) -> set[str]:
    """Dotted names of everything a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names


def rooms_imported(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports_of(path) if name.startswith("portal.")]
    return {part[1] for part in parts if part[1] in rooms()}


def wrong_imports(path: Path, root: Path = PORTAL) -> list[str]:
    room = path.relative_to(root).parts[0].removesuffix(".py")
    here = floor_of(room)
    wrong = []
    for other in rooms_imported(path) - {room}:
        there = floor_of(other)
        same_allowed = here in OPEN_PLAN or (room, other) in NEIGHBORS
        if there > here or (there == here and not same_allowed):
            wrong.append(f"{path.relative_to(root)} imports {other}")
    return wrong


def test_every_room_stands_on_a_floor() -> None:
    assert set(rooms()) == {room for floor in FLOORS for room in floor}


def test_imports_go_down_only() -> None:
    paths = [path for path in PORTAL.rglob("*.py") if path != PORTAL / "__init__.py"]
    assert [line for path in paths for line in wrong_imports(path)] == []


def test_an_upward_import_would_be_noticed(tmp_path: Path) -> None:
    planted = tmp_path / "mail" / "models.py"
    planted.parent.mkdir()
    planted.write_text("from portal.people.models import Person\n")
    assert wrong_imports(planted, root=tmp_path) == ["mail/models.py imports people"]


def test_models_know_no_views_forms_or_flask() -> None:
    """`Person` alone takes Flask-Login's mixin."""
    wrong = []
    for path in PORTAL.glob("*/*.py"):
        if path.stem not in ("models", "parser", "phases", "planning", "chain", "org", "functions"):
            continue
        for name in imports_of(path):
            top = name.split(".")[0]
            if top in PLINTH_FOR_MODELS or any(
                name == plinth or name.startswith(f"{plinth}.") for plinth in PLINTH_FOR_MODELS
            ):
                wrong.append(f"{path.relative_to(PORTAL)} imports {name}")
            if name.split(".")[-1] in ("views", "access"):
                wrong.append(f"{path.relative_to(PORTAL)} imports {name}")
    assert wrong == []


def test_views_templates_and_jobs_write_no_queries() -> None:
    """A query lives in `access.py` or on the model."""
    wrong = [
        f"{path.relative_to(PORTAL)}: {line.strip()}"
        for path in PORTAL.glob("*/*.py")
        if path.stem.endswith(("views", "jobs"))
        for line in path.read_text().splitlines()
        if ".select(" in line
    ]
    assert wrong == []
