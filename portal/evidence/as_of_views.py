"""The state of a day: who was meant by what and where they stood, as known now or then."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request

from portal import doors, web
from portal.audit.models import spelled
from portal.compliance.models import Requirement
from portal.compliance.needs import Moment
from portal.evidence import access, as_of
from portal.evidence.as_of import Held, Line
from portal.evidence.auditors import AUDIT
from portal.evidence.forms import AsOfForm
from portal.evidence.views import bp
from portal.people.session import viewer

# A report of more lines is chosen from, or built in the background as a pack.
MAX_LINES = 12_000
SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Asked:
    """One question: the day and moment, what it is narrowed to, and its answer's size."""

    moment: Moment
    held: list[Held]
    people: frozenset[int] | None
    size: int

    @property
    def is_large(self) -> bool:
        return self.size > MAX_LINES and (self.people is None or len(self.people) > as_of.FEW)

    def lines(self) -> list[Line]:
        return list(as_of.lines(self.moment, self.held, self.people))


def _asked(form: AsOfForm, known_at: datetime) -> Asked:
    moment = Moment(form.as_of.data, known_at)
    chosen = form.requirement.data
    held = [one for one in as_of.held_on(moment) if not chosen or str(one.requirement.id) == chosen]
    people: frozenset[int] | None = None
    if form.department.data:
        people = frozenset(access.people_in(int(form.department.data), moment.on, known_at))
    if form.found is not None:
        people = frozenset({form.found.id}) & (people if people is not None else {form.found.id})
    return Asked(moment, held, people, as_of.size_on(moment, held))


def _form() -> AsOfForm:
    """What the address asks; without a day, today's."""
    asked = request.args.copy()
    if not asked.get("as_of"):
        asked["as_of"] = str(web.viewer_today())
    return AsOfForm(asked)


@bp.get("/evidence/as-of")
@doors.signed_in
@doors.also_for(AUDIT)
def show_as_of() -> Any:
    web.exists(access.can_see_evidence(viewer()))
    form = _form()
    if not form.validate():
        return render_template("evidence/as_of.html", form=form), 422
    given = form.known_at.moment
    known_at = as_of.pin(given)
    asked = _asked(form, known_at)
    if asked.is_large:
        return render_template("evidence/as_of.html", form=form, asked=asked)
    lines = asked.lines()
    state = request.args.get("state", "")
    shown = [line for line in lines if line.state == state] if state else lines
    shown.sort(key=lambda line: (as_of.STATES.index(line.state), line.requirement, line.person))
    page = _Slice(shown, web.page_number())
    changes = _changes(asked, lines) if given else []
    people = {line.person for line in page.rows} | {line.person for line, _ in changes}
    return render_template(
        "evidence/as_of.html",
        form=form,
        asked=asked,
        page=page,
        counts=Counter(line.state for line in lines),
        states=as_of.STATES,
        state=state,
        changes=changes[:SHOWN_CHANGES],
        changed=len(changes),
        names=access.names_of(people),
        titles=access.titles_of(_spoken_of(asked, changes)),
        exact={
            **{key: value for key, value in request.args.items() if key not in ("page", "state")},
            "as_of": str(asked.moment.on),
            "known_at": spelled(known_at),
        },
    )


class _Slice:
    """A page of a list that is there already."""

    def __init__(self, rows: list[Any], number: int) -> None:
        first = (number - 1) * web.PAGE_ROWS
        self.number, self.rows = number, rows[first : first + web.PAGE_ROWS]
        self.has_next = len(rows) > first + web.PAGE_ROWS


def _changes(asked: Asked, lines: list[Line]) -> list[tuple[Line, str]]:
    """What is known today of that day and was not then: each line with what it says now."""
    moment = Moment(asked.moment.on, as_of.pin())
    wanted = {one.requirement.id for one in asked.held}
    held = [one for one in as_of.held_on(moment) if one.requirement.id in wanted or not wanted]
    now = {_key(line): line for line in as_of.lines(moment, held, asked.people)}
    then = {_key(line): line for line in lines}
    found = []
    for key in sorted({*then, *now}):
        before, after = then.get(key), now.get(key)
        if before is None:
            found.append((after, f"today: {after.state}; not in it then"))  # type: ignore[union-attr]
        elif after is None:
            found.append((before, f"then: {before.state}; not meant, as is known today"))
        elif (before.state, before.ref) != (after.state, after.ref):
            found.append((before, f"then: {before.state}; today: {after.state}"))
    return found  # type: ignore[return-value]


def _key(line: Line) -> tuple[int, int, str]:
    return line.requirement, line.person, str(line.since)


def _spoken_of(asked: Asked, changes: list[tuple[Line, str]]) -> list[Requirement]:
    """The requirements of the report, and those that only today's has."""
    known = {one.requirement.id: one.requirement for one in asked.held}
    others = {line.requirement for line, _ in changes} - set(known)
    return [*known.values(), *(access.requirements(others) if others else [])]


@bp.get("/evidence/as-of/facts.json", defaults={"name": "facts.json"})
@bp.get("/evidence/as-of/facts.csv", defaults={"name": "facts.csv"})
@bp.get("/evidence/as-of/names.csv", defaults={"name": "names.csv"})
@doors.signed_in
@doors.also_for(AUDIT)
def download_as_of(name: str) -> Any:
    """The report as a file: facts with the same bytes for ever, or the names of today beside it."""
    web.exists(access.can_see_evidence(viewer()))
    form = _form()
    if not form.validate():
        return render_template("evidence/as_of.html", form=form), 422
    asked = _asked(form, as_of.pin(form.known_at.moment))
    if asked.is_large:
        return render_template("evidence/as_of.html", form=form, asked=asked), 422
    if name == "names.csv":
        body, media_type = access.names_file(asked.lines(), asked.held), "text/csv"
    elif name == "facts.csv":
        body, media_type = (
            b"".join(as_of.as_csv(asked.moment, asked.held, asked.people)),
            "text/csv",
        )
    else:
        body = b"".join(as_of.as_json(asked.moment, asked.held, asked.people))
        media_type = "application/json"
    answer = Response(body, mimetype=media_type)
    stem, _, ending = name.partition(".")
    file_name = f"as-of-{asked.moment.on}-{stem}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
