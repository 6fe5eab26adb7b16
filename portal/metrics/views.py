"""The explorer: every number on one page, one with its months and groups, and who is behind it."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import audit, db, doors, web
from portal.metrics import access, charts, drill, exploring, exporting, line, reds, snapshots, words
from portal.metrics.cohorts import DIMENSIONS
from portal.metrics.exploring import Leaf, Page, Reading
from portal.metrics.forms import Asked
from portal.metrics.measure import Measure
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("metrics", __name__)


@bp.app_template_global("spark")
def spark(reading: Reading) -> charts.Spark | None:
    return charts.spark(reading.points)


# -- every number ------------------------------------------------------------------------------


@bp.get("/metrics")
@doors.signed_in
def index() -> Any:
    """HR reads the company's numbers of a night, managers those of their line now."""
    me = viewer()
    web.exists(access.can_see(me))
    if access.can_see_company(me):
        return _company_index()
    found, groups, group, people = _line_readings(me)
    return render_template(
        "metrics/line.html",
        shelf=exploring.Shelf(group, words.GROUP_TITLES.get(group, ""), _red_first(found)),
        groups=groups,
        people=people,
        today=me.today(),
        words=words,
        may_see_executive=access.can_see_executive(me),
    )


def _company_index() -> Any:
    on, days, found = _company_readings(viewer())
    return render_template(
        "metrics/index.html",
        on=on,
        days=days,
        asked=Asked.of(request.args),
        shelves=exploring.shelves(found),
        found=found,
        words=words,
    )


def _company_readings(me: Person) -> Any:
    """The day of the numbers, the days one may choose, and the readings."""
    days = exploring.days()
    asked = Asked.of(request.args)
    on = asked.on if asked.on in days else next(iter(days), None)
    return on, days, exploring.readings(access.visible_to(me), on) if on else []


def _line_readings(me: Person) -> Any:
    """One group of a line at a time: each number is a question of its own."""
    measures = access.visible_to(me)
    groups = line.groups(measures)
    names = [name for name, _ in groups]
    asked = request.args.get("group", "")
    group = asked if asked in names else (names or [""])[0]
    people = line.of(me)
    wanted = [one for one in measures if one.group == group]
    return line.readings(wanted, people, me.today()), groups, group, people


def _red_first(found: list[Reading]) -> list[Reading]:
    return sorted(found, key=lambda one: not one.is_red)


@bp.get("/metrics/figures.<form>")
@doors.signed_in
def export_figures(form: str) -> Any:
    """The numbers of the page as a file."""
    me = viewer()
    web.exists(access.can_see(me) and form in exporting.FORMS)
    if access.can_see_company(me):
        on, _, found = _company_readings(me)
        rows = [one for shelf in exploring.shelves(found) for one in shelf.readings]
        return exporting.answer(exporting.of_readings(f"Metrics {on or ''}".strip(), rows), form)
    found, _, group, _ = _line_readings(me)
    title = f"My line {words.GROUP_TITLES.get(group, '')} {me.today()}"
    return exporting.answer(exporting.of_readings(title, _red_first(found)), form)


# -- one number --------------------------------------------------------------------------------


def visible(name: str) -> tuple[Person, Measure]:
    """Who looks, and the measure if it is one they may read."""
    me = viewer()
    found = next((one for one in access.visible_to(me) if one.name == name), None)
    web.exists(found)
    return me, found  # type: ignore[return-value]


def _page(me: Person, measure: Measure) -> Page:
    if access.can_see_company(me):
        return exploring.page(measure, Asked.of(request.args, exploring.filters(measure)))
    asked = Asked.of(request.args, line.BY)
    return line.page(measure, line.of(me), asked, me.today())


@bp.get("/metrics/<name>")
@doors.signed_in
def show(name: str) -> Any:
    """One measure: what it means, its number, its months, and its groups by one filter."""
    me, measure = visible(name)
    page = _page(me, measure)
    reading = page.reading
    is_line = not access.can_see_company(me)
    by = page.asked.by
    # Beside groups nobody asks who answers for the whole.
    red = reds.open_of(measure) if reading.is_red and not is_line and not by else None
    return render_template(
        "metrics/show.html",
        page=page,
        reading=reading,
        measure=measure,
        is_line=is_line,
        filters=[
            (name, DIMENSIONS[name].title)
            for name in (line.BY if is_line else exploring.filters(measure))
        ],
        trend=charts.trend(measure, reading.points, reading.target),
        bars=charts.bars(measure, page.rows, reading.target) if by else None,
        leaf=Leaf(page.rows, web.page_number()),
        filter_title=DIMENSIONS[by].title if by else "",
        may_open_rows=access.can_open_rows(me, measure),
        terms=reading.terms,
        red=red,
        note=next(iter(reds.notes_of(measure)), None) if red else None,
        words=words,
    )


@bp.get("/metrics/<name>/figures.<form>")
@doors.signed_in
def export_page(name: str, form: str) -> Any:
    """The table of the page as a file: numbers, no rows behind them."""
    me, measure = visible(name)
    web.exists(form in exporting.FORMS)
    page = _page(me, measure)
    title = DIMENSIONS[page.asked.by].title if page.asked.by else ""
    return exporting.answer(exporting.of_page(page, title), form)


# -- who is behind it --------------------------------------------------------------------------


def _behind(name: str) -> tuple[Person, drill.Behind, Asked, Any]:
    me, measure = visible(name)
    web.exists(access.can_open_rows(me, measure))
    if access.can_see_company(me):
        asked = Asked.of(request.args)
        on = asked.on or snapshots.newest() or me.today()
        on = min(on, me.today())
        return me, drill.behind(measure, on, None, asked, access.left_out(me, measure)), asked, on
    asked, today = Asked.of(request.args, line.BY), me.today()
    found = drill.behind(measure, today, line.of(me), asked, access.left_out(me, measure))
    return me, found, asked, today


@bp.get("/metrics/<name>/people")
@doors.signed_in
def show_people(name: str) -> Any:
    """The people behind a number, for whoever may open each row of it."""
    me, behind, asked, on = _behind(name)
    # A group nobody counted stands in is not named: any number would give a person’s name.
    is_group = asked.by and behind.rows
    labels = DIMENSIONS[asked.by].labels([asked.cell or ""]) if is_group else {}
    leaf = Leaf(behind.shown, web.page_number())
    return render_template(
        "metrics/people.html",
        behind=behind,
        leaf=leaf,
        rows=drill.named(leaf.rows),
        measure=behind.measure,
        asked=asked,
        on=on,
        chosen=labels.get(asked.cell or "", "") if asked.cell is not None else "",
        is_line=not access.can_see_company(me),
        words=words,
    )


@bp.post("/metrics/<name>/people.<form>")
@doors.signed_in
def export_people(name: str, form: str) -> Any:
    """The same list as a file. It holds names, so it is recorded."""
    web.exists(form in exporting.FORMS)
    me, behind, _, on = _behind(name)
    person, rows = me, drill.named(behind.shown[: drill.MAX_EXPORTED])
    with db.write():
        data = {"measure": behind.measure.name, "rows": len(rows)}
        audit.record(me, "exported_measure", person, about=me, data=data)
    return exporting.answer(exporting.of_people(behind.measure, on, rows), form)
