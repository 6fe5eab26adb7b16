"""HR’s cycles: those under way, those that begin by themselves, and the launch of another."""

from datetime import timedelta
from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.documents.models import Document
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer
from portal.reviews import access, beginning, control, launching, standing
from portal.reviews.forms import LaunchForm
from portal.reviews.launching import Hits
from portal.reviews.models import Cycle, Running
from portal.reviews.views import bp

COMING_DAYS = 60


@bp.app_template_filter("review_names")
def names_of(people: list[Person]) -> str:
    """The first of them by name, and how many more."""
    return launching.named(people)


@bp.get("/reviews/cycles")
@doors.signed_in
def list_cycles() -> Any:
    """Those that were launched: what happens in each now, and how far it is."""
    me = viewer()
    web.exists(access.can_manage(me))
    is_over = request.args.get("list") == "over"
    page = web.Page(access.launched(me, is_over=is_over), web.page_number(), 20)
    return render_template(
        "reviews/cycles.html",
        page=page,
        found=control.of_many(page.rows, me),
        is_over=is_over,
        today=me.today(),
    )


@bp.get("/reviews/cycles/by-themselves")
@doors.signed_in
def list_events() -> Any:
    """Those of one person, because something happened to them; and who comes next."""
    me = viewer()
    web.exists(access.can_manage(me))
    page = web.Page(access.of_events(me), web.page_number())
    today = me.today()
    until = today + timedelta(days=COMING_DAYS)
    plans = beginning.plans()
    return render_template(
        "reviews/events.html",
        page=page,
        found=standing.of_many(page.rows),
        plans=plans,
        coming=[(plan, beginning.coming(plan, today, until)) for plan in plans],
        days=COMING_DAYS,
        today=today,
    )


# -- launching ---------------------------------------------------------------------------------


@bp.get("/reviews/cycles/new")
@doors.signed_in
def choose_plan() -> Any:
    """By which plan."""
    web.exists(access.can_manage(viewer()))
    return render_template("reviews/choose.html", plans=launching.plans())


def _plan(slug: str) -> Document:
    web.exists(access.can_manage(viewer()))
    found = next((plan for plan in launching.plans() if plan.slug == slug), None)
    web.exists(found)
    return found  # type: ignore[return-value]


def _hits(plan: Document, form: LaunchForm) -> Hits | None:
    """Whom it would hit; None while the form says too little for that."""
    if form.day.data is None:
        return None
    rule = form.rule.data or ""
    return launching.hits(plan, rule, form.day.data, form.left_out, viewer().today())


@bp.get("/reviews/cycles/new/<slug>")
@doors.signed_in
def new(slug: str) -> Any:
    """From which day, for whom; and what would follow."""
    plan = _plan(slug)
    assert plan.current is not None
    day = viewer().today() + timedelta(days=1)
    title = f"{plan.title} {day.year}"[:120]
    rule = plan.current.parsed.get("for") or "everyone"
    form = web.bind(LaunchForm, {"title": title, "day": day, "rule": rule})
    return _page(plan, form)


def _page(plan: Document, form: LaunchForm, status: int = 200) -> Any:
    return render_template(
        "reviews/launch.html", plan=plan, form=form, hits=_hits(plan, form)
    ), status


@bp.post("/reviews/cycles/new/<slug>/preview")
@doors.signed_in
def preview(slug: str) -> Any:
    """Whom it would hit, while it is typed."""
    plan, form = _plan(slug), web.bind(LaunchForm)
    form.validate()
    if request.htmx.partial:  # type: ignore[attr-defined]
        problems = [*form.day.errors, *form.without.errors]
        return render_template("reviews/_followed.html", hits=_hits(plan, form), problems=problems)
    return _page(plan, form, 422 if form.errors else 200)


@bp.post("/reviews/cycles/new/<slug>")
@doors.signed_in
def launch(slug: str) -> Any:
    me, plan, form = viewer(), _plan(slug), web.bind(LaunchForm)
    if not form.validate():
        return _page(plan, form, 422)
    found = _hits(plan, form)
    if found is None or not found.people:
        form.rule.errors = ["Nobody is meant by that, so there is nothing to begin."]
        return _page(plan, form, 422)
    try:
        cycle = Cycle.begin(
            plan, found.people, form.day.data, by=me, title=form.title.data,
            rule=form.rule.data or "everyone",
        )  # fmt: skip
    except Running as running:
        return go(running.cycle.url, say=f"{running} Nothing was begun a second time.")
    except ValueError as error:
        form.title.errors = [str(error)]
        return _page(plan, form, 422)
    people = len(found.people)
    return go(
        cycle.url,
        say=f"Launched for {people:,} {'person' if people == 1 else 'people'}.",
        undo=f"{cycle.url}/ending",
    )
