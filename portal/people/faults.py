"""What can be wrong in people's files, positions and vacancies: the checks of this room."""

# ruff: noqa: E501 - a kind of fault is read across.

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from portal import clock, text, web
from portal.forms import is_email
from portal.people.functions import Function, Holder
from portal.people.known import in_circles
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.quality import PEOPLE, Case, Check, Looked, Row, said
from portal.people.vacancies import Vacancy

MOST_REPORTS = 15
WANTED_DAYS = 30
LEFT_DAYS = 365


def _cases(rows: Iterable[Row], page: str, note: Callable[[Row], str] | None = None) -> list[Case]:
    return [Case(row.name, f"/people/{row.id}{page}", note(row) if note else "") for row in rows]


def _no_manager(looked: Looked) -> list[Case]:
    """Whoever leads somebody may stand at the top; whoever leads nobody hardly does."""
    leads = {row.manager for row in looked.people}
    rows = [r for r in looked.here() if r.position and not r.manager and r.id not in leads]
    return _cases(rows, "/position")


def _manager_left(looked: Looked) -> list[Case]:
    gone = [r for r in looked.here() if r.manager_left and r.manager_left < looked.today]
    return _cases(gone, "/position")


def _circles(looked: Looked) -> list[Case]:
    above = {row.id: row.manager for row in looked.here() if row.manager}
    own = {person_id for person_id, manager in above.items() if person_id == manager}
    circles = in_circles(above) | own
    return _cases((row for row in looked.people if row.id in circles), "/position")


def _many_reports(looked: Looked) -> list[Case]:
    led = Counter(row.manager for row in looked.here() if row.manager)
    many = [row for row in looked.here() if led[row.id] > MOST_REPORTS]
    return [
        Case(row.name, f"/people/tree?from={row.id}", text.count(led[row.id], "report"))
        for row in many
    ]


def _no_position(looked: Looked) -> list[Case]:
    rows = [r for r in looked.here() if not r.position and r.hired_on <= looked.today]
    return _cases(rows, "/position")


def _twins(looked: Looked) -> list[Case]:
    return _cases(_same(looked, _folded_name), "", lambda row: row.email)


def _same_number(looked: Looked) -> list[Case]:
    return _cases(_same(looked, _bare_number), "/edit", lambda row: str(row.number))


def _same(looked: Looked, of: Callable[[Row], str]) -> list[Row]:
    """Rows of which another has the same."""
    found: dict[str, list[Row]] = {}
    for row in looked.here():
        found.setdefault(of(row), []).append(row)
    return [row for key, rows in found.items() if key and len(rows) > 1 for row in rows]


def _bare_number(row: Row) -> str:
    """The number without marks and leading zeros: “0042” and “42” are one to whoever reads them."""
    bare = re.sub(r"[^a-z0-9]", "", text.fold(row.number or ""))
    return re.sub(r"(^|[a-z])0+(?=[0-9])", r"\1", bare)


def _folded_name(row: Row) -> str:
    """The folded name. What one searches by begins with it twice, where nobody is called else."""
    words, length = row.folded.split(), len(row.name.split())
    if words[:length] == words[length : 2 * length]:
        return " ".join(words[:length])
    return text.fold(row.name)


def _probation(looked: Looked) -> list[Case]:
    over = [
        row
        for row in looked.here()
        if row.probation_ends_on
        and row.probation_ends_on < looked.today
        and not row.probation_passed_on
    ]
    return _cases(
        over, "/employment", lambda row: f"ended {web.day(row.probation_ends_on, looked.today)}"
    )


def _left(looked: Looked) -> list[Row]:
    return [row for row in looked.people if row.last_day_on and row.last_day_on < looked.today]


def _access(looked: Looked) -> list[Case]:
    now = clock.now()
    still = [r for r in _left(looked) if r.access_ends_at is None or r.access_ends_at > now]
    return _cases(still, "/departure", lambda row: f"left {web.day(row.last_day_on, looked.today)}")


def _why_left(looked: Looked) -> list[Case]:
    since = looked.today - timedelta(days=LEFT_DAYS)
    rows = [r for r in _left(looked) if r.is_voluntary is None and r.last_day_on >= since]  # type: ignore[operator]
    return _cases(rows, "/departure", lambda row: f"left {web.day(row.last_day_on, looked.today)}")


def _lacks(name: str, page: str) -> Callable[[Looked], list[Case]]:
    def look(looked: Looked) -> list[Case]:
        rows = (row for row in looked.here() if row.position and not getattr(row, name))
        return _cases(rows, page)

    return look


def _no_email(looked: Looked) -> list[Case]:
    return _cases((row for row in looked.here() if not is_email(row.email)), "/edit")


def _leaves(today: date) -> Any:
    ref = Leave.person.cast("TEXT").concat("/leave/").concat(Leave.id.cast("TEXT"))
    return Leave.expired(today).order_by().select(*said("leave", ref, Person.name, Leave.ends_on))


def _holders(today: date) -> Any:
    rows = Holder.from_now_on(today).order_by().where(Person.last_day_on < today)
    return rows.select(*said("holder-left", Holder.id, Person.name, Function.name))


def _late_vacancies(today: date) -> Any:
    late = Vacancy.wanted_from < today - timedelta(days=WANTED_DAYS)
    rows = Vacancy.select(*said("vacancy-late", Vacancy.id, Vacancy.role, Vacancy.wanted_from))
    return rows.where(Vacancy.is_open(), late)


def _vacancies_of_leavers(today: date) -> Any:
    rows = Vacancy.select(*said("vacancy-manager", Vacancy.id, Vacancy.role, Person.name))
    rows = rows.join(Person, on=(Vacancy.manager == Person.id))
    return rows.where(Vacancy.is_open(), Person.last_day_on < today)


def _led_by_leavers(today: date) -> Any:
    """Changes to come, ways back among them, under whoever has left by then."""
    manager = Person.alias()
    rows = Position.select(*said("later-manager", Position.person, Person.name, manager.name))
    return (
        rows.join(Person, on=(Position.person == Person.id))
        .join(manager, on=(Position.manager == manager.id))
        .where(
            Position.is_known(),
            Position.starts_on > today,
            ~Position.is_hire,
            manager.last_day_on < Position.starts_on,
        )
    )


def _check(name: str, title: str, why: str, mend: str, **how: Any) -> Check:
    return Check(name, PEOPLE, title, why, mend, **how)


CHECKS = [
    _check("no-manager", "Without a manager", "Their steps and reviews have nobody to go to.", "Say who leads them", look=_no_manager),
    _check("manager-left", "Their manager has left", "Whatever waits for the manager waits in vain.", "Say who leads them", look=_manager_left),
    _check("later-manager", "A manager who has left by then", "A change that is to come leads to somebody who is gone on that day.", "Look at what is to come", url="/people/{ref}/history", note="under {}", rows=_led_by_leavers),
    _check("circle", "A line that comes back to itself", "Each of them would be their own manager’s manager.", "Change the manager", look=_circles),
    _check("many-reports", f"More than {MOST_REPORTS} reports", "Nobody talks with so many people each week.", "Look at the line", look=_many_reports),
    _check("no-position", "Started, and no position", "They are on the list, and stand nowhere.", "Give a position", look=_no_position),
    _check("no-team", "Without a team", "No rule that names a team reaches them.", "Choose a team", look=_lacks("team", "/position")),
    _check("no-place", "Without a place", "Their due days know no working week and no holidays.", "Choose a place", look=_lacks("place", "/position")),
    _check("no-zone", "Without a time zone", "Their times are shown in UTC.", "Look", look=_lacks("zone", "/edit")),
    _check("no-email", "No e-mail that works", "They can neither sign in nor be written to.", "Correct it", look=_no_email),
    _check("twins", "Perhaps the same person twice", "Same name, two files. If they are two people, all is well.", "Compare", look=_twins),
    _check("numbers", "Numbers that look the same", "Payroll may take one for the other: they differ by zeros or marks alone.", "Correct it", look=_same_number),
    _check("probation", "Probation over, and nothing said", "Say that it was passed, or until when it lasts.", "Say what it is", look=_probation),
    _check("leave", "Leave over, and nothing said", "Are they back, or away for longer?", "Say what it is", url="/people/{ref}", note="until {}", rows=_leaves),
    _check("holder-left", "Functions held by somebody who has left", "Steps for that function find nobody.", "Choose another holder", url="/settings#holders", rows=_holders),
    _check("access", "Left, and can still sign in", "Their access ends later than the last day, or never.", "Look at the dates", look=_access),
    _check("why-left", "Left, and nobody said whether they wanted to", "Turnover counts them neither as wanted nor as unwanted.", "Say how it was", look=_why_left),
    _check("vacancy-late", "Vacancies long wanted", f"Wanted more than {WANTED_DAYS} days ago: time to fill is counted as long as they stand.", "Fill or close it", url="/people/vacancies/{ref}", note="wanted from {}", rows=_late_vacancies),
    _check("vacancy-manager", "Vacancies of a manager who has left", "Nobody looks for anybody.", "Say who leads it", url="/people/vacancies/{ref}/edit", note="with {}", rows=_vacancies_of_leavers),
]  # fmt: skip
