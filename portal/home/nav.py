"""What stands in the rail and in the phone's bar: a role adds entries, it never moves them."""

import re
from collections.abc import Iterable
from typing import Any

from portal.careers import access as careers_access
from portal.growth import access as growth_access
from portal.metrics import access as metrics
from portal.people import access as people_access
from portal.people.models import Person
from portal.reviews import access as reviews
from portal.trust import access as trust_access

# `g` and then this letter leads there.
KEYS = {
    "/": "t",
    "/people": "p",
    "/documents": "d",
    "/checklists": "c",
    "/policies": "o",
    "/learning": "l",
    "/growth": "g",
}

# As many as a thumb tells apart on a phone.
BAR = 5

# Rooms that are reached from Growth.
GROWING = ("/competencies", "/goals", "/one-on-ones", "/feedback", "/praise")

# What HR opens from a review cycle; managers come to a session from their reviews.
OF_CYCLES = re.compile(r"/reviews/(calibration/|[0-9]+/skipping$)")

# What an auditor's link opens; the first five are the phone's.
AUDIT = (
    ("Start", "/evidence/auditor", "compass"),
    ("State of a day", "/evidence/as-of", "calendar-search"),
    ("Policies", "/policies", "scale"),
    ("Compliance", "/compliance", "shield-check"),
    ("Check a pack", "/evidence/verification", "package-check"),
    ("Checkpoints", "/evidence/checkpoints", "milestone"),
)


def rail(me: Person, path: str) -> list[dict[str, Any]]:
    """Groups of links for the desktop's rail; of passes only an auditor's opens several pages."""
    if me.device.scope:
        return [_group("Audit", AUDIT, path)] if me.device.scope == "audit" else []
    if me.is_hr and OF_CYCLES.match(path):
        path = "/reviews/cycles"
    groups = [
        (
            "",
            [
                ("Today", "/", "sun"),
                ("Learning", "/learning", "graduation-cap"),
                *([("Growth", "/growth", "sprout")] if growth_access.can_enter(me) else []),
                *([("Career", "/careers", "signpost")] if careers_access.can_enter(me) else []),
                *([("Reviews", "/reviews", "clipboard-check")] if reviews.can_enter(me) else []),
                ("Policies", "/policies", "scale"),
                ("Documents", "/documents", "book-open"),
                *([("People", "/people", "users")] if people_access.can_see_directory(me) else []),
                ("Me", "/me", "circle-user-round"),
                ("Help", "/help", "circle-question-mark"),
            ],
        )
    ]
    if me.has_reports:
        groups.append(("Team", [("My team", "/team", "network")]))
        if not me.is_hr:
            groups[-1][1].append(("Required of them", "/compliance", "shield-check"))
            groups[-1][1].append(("Metrics", "/metrics", "chart-column"))
    if me.is_hr:
        groups.append(
            (
                "HR",
                [
                    ("Needs HR", "/hr", "inbox"),
                    ("New starter", "/checklists/new", "user-round-plus"),
                    ("Checklists", "/checklists", "list-checks"),
                    ("Review cycles", "/reviews/cycles", "repeat"),
                    ("Compliance", "/compliance", "shield-check"),
                    ("Metrics", "/metrics", "chart-column"),
                    ("Evidence", "/evidence", "package-check"),
                ],
            )
        )
    elif me.has_reports:
        groups[-1][1].append(("Checklists", "/checklists", "list-checks"))
    if metrics.can_see_executive(me) and not metrics.can_see(me):
        groups.append(("Company", [("Metrics", "/metrics/executive", "chart-column")]))
    if me.is_auditor and not me.is_hr:
        groups.append(
            (
                "Audit",
                [
                    ("Where to start", "/evidence/auditor", "compass"),
                    ("Compliance", "/compliance", "shield-check"),
                    ("Evidence", "/evidence", "package-check"),
                ],
            )
        )
    care = [
        *([("Audit trail", "/audit", "scroll")] if trust_access.can_see_trail(me) else []),
        *([("Letters", "/letters", "mail")] if trust_access.can_see_letters(me) else []),
        *([("Settings", "/settings", "settings")] if people_access.can_see_settings(me) else []),
    ]
    if care:
        groups.append(("Portal", care))
    return [_group(label, entries, path) for label, entries in groups]


def bar(me: Person, path: str) -> list[dict[str, Any]]:
    """Up to five links for the phone."""
    if me.device.scope:
        return [_item(*entry, path) for entry in AUDIT[:5]] if me.device.scope == "audit" else []
    entries = [("Today", "/", "sun")]
    if me.is_hr:
        entries += [("HR", "/hr", "inbox"), ("Checklists", "/checklists", "list-checks")]
    elif me.has_reports:
        entries += [
            ("Team", "/team", "network"),
            ("Learn", "/learning", "graduation-cap"),
            ("Grow", "/growth", "sprout"),
        ]
    else:
        entries += [("Learn", "/learning", "graduation-cap"), ("Grow", "/growth", "sprout")]
    if me.is_auditor and not me.is_hr:
        entries[2:] = [("Audit", "/evidence/auditor", "compass")]
    if people_access.can_see_directory(me) and len(entries) < BAR - 1:
        entries.append(("People", "/people", "users"))
    entries.append(("Me", "/me", "circle-user-round"))
    return [_item(*entry, path) for entry in entries]


def _group(label: str, entries: Iterable[tuple[str, str, str]], path: str) -> dict[str, Any]:
    return {"label": label, "items": [_item(*entry, path) for entry in entries]}


def _item(label: str, url: str, icon: str, path: str) -> dict[str, Any]:
    here = path == url or (url != "/" and path.startswith(f"{url}/"))
    if url == "/people":
        # What is looked up from there has addresses of its own.
        here = here or path.startswith(("/teams", "/personnel"))
    if url == "/growth":
        here = here or path.startswith(GROWING)
    if url == "/learning":
        here = here or path.startswith("/incidents")
    if url == "/checklists":
        here = here or path.startswith("/holdings")
    if url == "/compliance":
        here = here or path.startswith("/certificates")
    if url == "/evidence" and path == "/evidence/auditor":
        here = False
    if url == "/reviews" and path.startswith("/reviews/cycles"):
        here = False
    if url == "/checklists" and path.startswith("/checklists/new"):
        here = False
    return {"label": label, "url": url, "icon": icon, "current": here, "key": KEYS.get(url)}
