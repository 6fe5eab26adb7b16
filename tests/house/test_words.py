"""The glossary, held: one word for one thing, everywhere."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2]
CODE = [*(ROOT / "portal").rglob("*.py")]
TEMPLATES = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]

# What we never call things, and what we say instead.
FORBIDDEN = {
    r"\b(class|def) \w*(User|Employee|Staff)\b(?!Mixin)": "Person",
    r"\bcurrent_tenant\b": "there is one company",
    r"\bportal[\w.]*\.(utils|helpers|services|common)\b": "the name of the noun it holds",
}
SLICES = (
    "people", "documents", "assignments", "questionnaires", "checklists", "home", "trust",
    "uploads", "personnel", "demographics", "evidence", "certificates", "retention",
    "policies", "incidents", "learning", "sessions", "scorm", "paths", "growth",
    "reviews",
    "careers",
    "metrics",
    "oneonones",
    "competencies",
    "feedback",
    "goals",
)  # fmt: skip
ALWAYS = {"__init__", "views"}


def test_no_forbidden_word_names_anything() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()} (say {instead})"
        for path in CODE
        for pattern, instead in FORBIDDEN.items()
        for match in re.finditer(pattern, path.read_text())
    ]
    assert found == []


def test_a_forbidden_word_would_be_found() -> None:
    assert any(re.search(pattern, "class UserEmployee:") for pattern in FORBIDDEN)


def test_every_slice_has_its_files_and_says_what_it_is() -> None:
    for name in SLICES:
        folder = ROOT / "portal" / name
        assert {path.stem for path in folder.glob("*.py")} >= ALWAYS, name
        docstring = (folder / "__init__.py").read_text()
        assert re.search(r"\b(never|owns nothing)\b", docstring), f"{name} says what it never does"


def test_templates_hold_no_inline_style_script_or_unsafe_html() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in TEMPLATES
        if "emails" not in path.parts
        for match in re.finditer(
            r"\sstyle=\"[^\"{]*:|<script>|\son[a-z]+=\"|hx-on|\|\s*safe\b|\bjs:", path.read_text()
        )
    ]
    assert wrong == []


def test_no_file_is_too_long_for_one_noun() -> None:
    limits = {".py": 460, ".html": 130}
    # One file on purpose: it lies in every pack, and whoever checks one reads nothing else.
    alone = {"verify.py": 1_200}
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in [*CODE, *TEMPLATES]
        if "migrations" not in path.parts
        and "design" not in path.parts
        and path.name != "_controls.html"
        and (lines := len(path.read_text().splitlines()))
        > alone.get(path.name, limits.get(path.suffix, 200))
    ]
    assert long == []


def test_modules_say_what_they_are() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in CODE
        if path.read_text() and not path.read_text().lstrip().startswith(('"""', "# Gen"))
    ]
    assert silent == []
