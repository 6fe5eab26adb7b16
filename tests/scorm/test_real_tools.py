"""Packages that a real tool has built are taken as they are."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.scorm import serving
from tests.scorm import builders

ROOT = Path(__file__).resolve().parents[2]
PACKAGER = ROOT / "node_modules" / "simple-scorm-packager"
HOOKS = {"1.2": builders.HOOK_12, "2004": builders.HOOK_2004}


def built_by_the_packager(edition: str, folder: Path) -> bytes:
    """A course of two pages and a film, packed by `simple-scorm-packager` with node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Needs node, which is not here.")
    if not PACKAGER.is_dir():
        pytest.skip("Needs the packages of package.json: run ./scripts/setup.")
    source = folder / "course"
    (source / "media").mkdir(parents=True)
    hook = HOOKS["1.2" if edition == "1.2" else "2004"]
    (source / "index.html").write_bytes(builders.html(hook, "Start"))
    (source / "more.html").write_bytes(builders.html("", "More"))
    (source / "media" / "film.mp4").write_bytes(bytes(range(256)) * 100)
    wanted = {
        "version": edition,
        "organization": "Brightwater",
        "title": "Working at height",
        "language": "en-US",
        "masteryScore": 80,
        "startingPage": "index.html",
        "source": str(source),
        "package": {"version": "1.0.0", "zip": True, "outputFolder": str(folder / "out")},
    }
    script = f"require({json.dumps(str(PACKAGER))})({json.dumps(wanted)}, () => {{}})"
    subprocess.run([node, "-e", script], check=True, capture_output=True, timeout=60, cwd=folder)
    return next((folder / "out").glob("*.zip")).read_bytes()


@pytest.mark.parametrize("edition", ["1.2", "2004 3rd Edition", "2004 4th Edition"])
def test_a_package_of_a_real_tool_is_taken(packaged: Any, tmp_path: Path, edition: str) -> None:
    package = packaged(built_by_the_packager(edition, tmp_path), "height.zip")
    assert package.is_ready, package.problem_list
    assert package.title == "Working at height"
    assert (package.standard, package.edition) == (edition[:4].strip(), edition)
    tree = package.parsed["organizations"][0]
    part = tree["children"][0]
    assert part["type"] == "sco" and serving.find(package.id, part["href"]) is not None
    if edition == "1.2":
        assert part["mastery"] == 80
    film = serving.find(package.id, f"{part['href'].rpartition('/')[0]}/media/film.mp4".strip("/"))
    assert film is not None and film.method == 0 and film.size == 25_600
