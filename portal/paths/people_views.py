"""Who is on a path and where they stand: HR everyone, managers their line; and putting them on."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from portal import doors, text, web
from portal.assignments import nudges
from portal.compliance import access as compliance_access
from portal.compliance.forms import NudgeForm
from portal.documents.models import Document
from portal.hx import go
from portal.mail.jobs import send_letters
from portal.paths import access, enrolling, people
from portal.paths.forms import PutOnForm
from portal.paths.models import NotInForce
from portal.paths.people import Asked
from portal.paths.views import bp, find
from portal.people.models import Person
from portal.people.session import viewer


def _followed(path_id: int) -> tuple[Person, Document]:
    me, path = viewer(), find(path_id)
    web.permit(access.can_follow(me))
    return me, path


def _asked() -> Asked:
    state = request.values.get("state", "")
    return Asked(
        words=request.values.get("q", "")[:100].strip(),
        state=state if state in people.FILTERS else "",
    )


@bp.get("/learning/paths/<int:path_id>/people")
@doors.signed_in
def show_people(path_id: int) -> Any:
    """Each with how far they are and how long they have stood there, the longest first."""
    me, path = _followed(path_id)
    asked, today = _asked(), me.today()
    page = web.Page(people.listed(me, path, asked, today), web.page_number())
    page.rows = people.rows_of(page.rows)
    shown = {"path": path, "asked": asked, "page": page, "today": today}
    shown |= {"since": people.since, "is_stuck": people.is_stuck, "ended_words": people.ended_words}
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("paths/_people.html", **shown)
    counts = people.counts(me, path, today)
    return render_template(
        "paths/people.html",
        sections=_sections(path, asked, counts),
        total=sum(counts[name] for name in ("", "finished", "ended")),
        may_put_on=access.can_put_on(me, path),
        may_ask=compliance_access.can_remind(me),
        **shown,
    )


def _sections(path: Document, asked: Asked, counts: dict[str, int]) -> list[dict[str, Any]]:
    here = f"/learning/paths/{path.id}/people"
    return [
        {
            "label": label,
            "url": f"{here}?{urlencode({'state': name, 'q': asked.words})}",
            "current": name == asked.state,
            "count": counts[name],
        }
        for name, label in people.FILTERS.items()
        if counts[name] or name in ("", asked.state)
    ]


@bp.post("/learning/paths/<int:path_id>/people/file")
@doors.signed_in
def export(path_id: int) -> Any:
    """The list as it is filtered, as CSV; that it was taken is in the trail."""
    me, path = _followed(path_id)
    content = people.export(me, path, _asked())
    name = f"{text.slugify(path.title)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


# -- asked for ---------------------------------------------------------------------------------


def _person(typed: str) -> int | None:
    number = web.number(typed) if typed else None
    web.exists(bool(number) == bool(typed))
    return number


@bp.get("/learning/paths/<int:path_id>/people/nudge")
@doors.signed_in
def preview_nudge(path_id: int) -> Any:
    """Whom asking would reach, before it is done."""
    me, path = _followed(path_id)
    person = request.args.get("person", "")[:20]
    found = nudges.plan(people.askable(me, path, _person(person)), by=me)
    return render_template("paths/nudge.html", path=path, person=person, found=found)


@bp.post("/learning/paths/<int:path_id>/people/nudge")
@doors.signed_in
def nudge(path_id: int) -> Any:
    me, path = _followed(path_id)
    form = web.bind(NudgeForm)
    web.exists(form.validate())
    done = nudges.send(people.askable(me, path, _person(form.person.data or "")), by=me)
    send_letters.wake()
    return go(f"/learning/paths/{path.id}/people", say=done.done)


# -- put on it ---------------------------------------------------------------------------------


@bp.get("/learning/paths/<int:path_id>/people/new")
@doors.signed_in
def ask_whom(path_id: int) -> Any:
    """Who is to be put on it; a manager chooses among their own line."""
    me, path = _followed(path_id)
    web.permit(access.can_put_on(me, path))
    return _asked_whom(path, PutOnForm(), 200)


def _asked_whom(
    path: Document, form: PutOnForm, status: int, hit: enrolling.Hit | None = None
) -> tuple[str, int]:
    me = viewer()
    return render_template(
        "paths/put_on.html", path=path, form=form, hit=hit, may_rule=me.is_hr, may_all=me.is_hr
    ), status


def _seal(shown: str) -> str:
    """What stands for the people shown: other people by then are shown again first."""
    return hashlib.sha256(shown.encode()).hexdigest()


def _hit(me: Person, path: Document, form: PutOnForm) -> enrolling.Hit | None:
    """Whom the form means; None, with the words at its field, where that cannot be told."""
    typed, rule = form.people.data or "", form.rule.data or ""
    if bool(typed) == bool(rule) or (rule and not me.is_hr):
        form.people.errors = ["Write names or addresses, or a rule: one of the two."]
        if not me.is_hr:
            form.people.errors = ["Write the names or addresses of people in your line."]
        return None
    hit = enrolling.ruled(me, path, rule) if rule else enrolling.named(me, path, typed)
    if hit is None:
        return None
    if hit.strange:
        named = ", ".join(f"“{word[:60]}”" for word in hit.strange[:5])
        whom = "works here" if me.is_hr else "in your line is called so"
        form.people.errors = [f"Nobody {whom}, or more than one: {named}."]
        return None
    if len(hit.new) > enrolling.MOST:
        field = form.rule if rule else form.people
        field.errors = [
            f"More than {enrolling.MOST} people at once: let the path do it with “assigned-to” in "
            "its text."
        ]
        return None
    return hit


@bp.post("/learning/paths/<int:path_id>/people/new")
@doors.signed_in
def put_on(path_id: int) -> Any:
    """First whom it hits is said; sent again with that, it is done."""
    me, path = _followed(path_id)
    web.permit(access.can_put_on(me, path))
    form = web.bind(PutOnForm)
    hit = _hit(me, path, form) if form.validate() else None
    if hit is None:
        return _asked_whom(path, form, 422)
    shown = ",".join(str(person.id) for person in hit.new)
    if not hit.new or form.shown.data != _seal(shown):
        form.shown.data = _seal(shown)
        return _asked_whom(path, form, 200, hit)
    try:
        number = enrolling.put_on(path, hit.new, by=me)
    except NotInForce:
        return go(f"/learning/paths/{path.id}", say="It is not offered any more.")
    say = f"{text.count(number, 'person is', 'people are')} on the path."
    return go(f"/learning/paths/{path.id}/people", say=say)
