"""Pictures of every main screen of a fresh sample company, to be looked at before work is done.

python -m tests.browser.screenshots           all of them, into screenshots/
python -m tests.browser.screenshots --docs    only the one of the README, into docs/today.png
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import servers
from tests.bench.dyno import ROOT, running

FOLDER = ROOT / "screenshots"
DOCS = ROOT / "docs" / "today.png"
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
SCHEMES = ("light", "dark")
CSV = (
    "email,name,start,role,department,team,location,manager\n"
    "ada@halden.example,Ada Brandão,07.12.2026,Engineer,Engineering,,Berlin,mara@halden.example\n"
    "bo@halden.example,Bo Lind,29.02.2027,Engineer,Engineering,,Atlantis,mara@halden.example\n"
)

Act = Callable[[Any], None]


def _link(pattern: str) -> Act:
    """Follow the first link whose address matches."""

    def act(page: Any) -> None:
        addresses = page.eval_on_selector_all("main a", "all => all.map(a => a.pathname)")
        found = next((one for one in addresses if re.fullmatch(pattern, one)), None)
        if found is None:
            raise SystemExit(f"{page.url} has no link like {pattern}.")
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + found)

    return act


def _starter(page: Any) -> None:
    page.get_by_label("Full name").or_(page.get_by_label("Name")).first.fill("Ada Brandão")
    page.get_by_label("E-mail").first.fill("ada@halden.example")
    page.locator("[name=starts_on]").fill("2026-12-07")
    page.locator("[name=role]").fill("Engineer")
    page.locator("[name=manager]").fill("mara@halden.example")
    page.locator("[name=manager]").blur()
    page.wait_for_timeout(1_500)


def _dry_run(page: Any) -> None:
    page.get_by_label("Or paste rows").fill(CSV)
    page.get_by_role("button", name="See what would happen").click()
    page.wait_for_load_state()


def _nothing(page: Any) -> None:
    """The page as it opens."""


# name, whose it is, where it is, what to do there
SCREENS: list[tuple[str, str, str, Act]] = [
    ("sign-in", "", "/sign-in", _nothing),
    ("today-mara", "Mara", "/", _nothing),
    ("today-nia", "Nia", "/", _nothing),
    ("today-helen", "Helen", "/", _nothing),
    ("team", "Mara", "/team", _nothing),
    ("hr", "Helen", "/hr", _nothing),
    ("org-tree", "Erin", "/people/tree", _nothing),
    ("teams", "Erin", "/teams", _nothing),
    ("vacancies", "Helen", "/people/vacancies", _nothing),
    ("quality", "Helen", "/people/quality", _nothing),
    ("expiring", "Helen", "/personnel/expiring", _nothing),
    ("demographics", "Helen", "/demographics", _nothing),
    ("rules", "Helen", "/checklists/rules", _nothing),
    ("productivity", "Helen", "/checklists/productivity", _nothing),
    ("what-is-out", "Helen", "/holdings", _nothing),
    ("forms", "Nia", "/forms", _nothing),
    ("search", "Helen", "/search?q=nia", _nothing),
    ("help-beside", "Helen", "/help/checklist-plans", _nothing),
    ("people", "Erin", "/people", _nothing),
    ("person-hr", "Helen", "/people?q=nia", _link(r"/people/\d+")),
    ("person-colleague", "Erin", "/people?q=okafor", _link(r"/people/\d+")),
    ("new-starter", "Helen", "/checklists/new", _starter),
    ("checklists", "Helen", "/checklists", _nothing),
    ("checklist", "Helen", "/hr", _link(r"/checklists/\d+")),
    ("step", "Mara", "/", _link(r"/checklists/steps/\d+")),
    ("duty", "Mara", "/", _link(r"/assignments/\d+")),
    ("documents", "Helen", "/documents", _nothing),
    ("page", "Erin", "/documents", _link(r"/documents/page/[a-z-]+")),
    ("editor", "Helen", "/documents/checklist/onboarding-engineering/edit", _nothing),
    ("me", "Erin", "/me", _nothing),
    ("settings", "Helen", "/settings", _nothing),
    ("settings-admin", "Adam", "/settings", _nothing),
    ("audit", "Helen", "/audit", _nothing),
    ("letters", "Helen", "/letters", _nothing),
    ("import", "Helen", "/people/import", _dry_run),
    ("design", "Helen", "/design", _nothing),
]


def main() -> int:
    with sample() as url, servers.browser() as browser:
        if "--docs" not in sys.argv:
            FOLDER.mkdir(exist_ok=True)
            for name, who, path, act in SCREENS:
                picture(browser, url, name, who, path, act)
        compose(browser, url)
    return 0


@contextmanager
def sample() -> Iterator[str]:
    """A portal with the sample company in a folder of its own; its address."""
    with tempfile.TemporaryDirectory(prefix="portal-screenshots-") as folder:
        env = {**os.environ, "DATA_DIR": folder, "DEMO": "1", "SECRET_KEY": "bench" * 8}
        env.pop("DATABASE_URL", None)
        for command in ("migrate", "seed"):
            subprocess.run([sys.executable, "-m", "portal", command], cwd=ROOT, env=env, check=True)
        with running(Path(folder), "portal", "serve", DEMO="1") as dyno:
            yield f"http://127.0.0.1:{dyno.port}"


def picture(browser: Any, url: str, name: str, who: str, path: str, act: Act) -> None:
    """One screen at both sizes in both schemes."""
    for size, viewport in SIZES.items():
        page = come_in(browser, url, who, viewport)
        page.goto(f"{url}{path}")
        act(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(150)
            page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", full_page=True)
        page.context.close()
    print(name)


def come_in(browser: Any, url: str, who: str, viewport: dict[str, int]) -> Any:
    context = browser.new_context(viewport=viewport, reduced_motion="reduce")
    context.set_default_timeout(servers.PATIENCE)
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    if who:
        page.get_by_role("button", name=f"Be {who}").click()
        page.wait_for_url(f"{url}/")
    return page


def compose(browser: Any, url: str) -> None:
    """HR's home on a desktop with a newcomer's Today on a phone beside it."""
    shots = []
    for who, path, size in (("Helen", "/hr", "desktop"), ("Nia", "/", "phone")):
        page = come_in(browser, url, who, SIZES[size])
        page.goto(f"{url}{path}")
        shots.append(base64.b64encode(page.screenshot()).decode())
        page.context.close()
    page = browser.new_page(viewport={"width": 1120, "height": 600})
    page.set_content(
        "<style>body{margin:0;background:#e9e4da;height:600px;position:relative;overflow:hidden}"
        "img{position:absolute;border-radius:10px;box-shadow:0 6px 30px #0003}"
        "img:first-child{width:880px;left:40px;top:36px}"
        "img:last-child{width:254px;right:40px;top:36px;border-radius:22px}</style>"
        + "".join(f'<img src="data:image/png;base64,{shot}">' for shot in shots)
    )
    DOCS.parent.mkdir(exist_ok=True)
    page.screenshot(path=DOCS)
    print(DOCS.name, DOCS.stat().st_size // 1000, "kB")


if __name__ == "__main__":
    sys.exit(main())
