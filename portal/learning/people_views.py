"""Who takes a course and how far they are: everyone for HR and auditors, else the line."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from portal import doors, text, web
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance import access as compliance_access
from portal.compliance import owing
from portal.compliance.forms import NudgeForm
from portal.documents.models import Document
from portal.hx import answer
from portal.learning import access, certificates, figures, items, people, team
from portal.learning.models import KIND
from portal.learning.people import Asked, Everyone, Row
from portal.learning.standing import Standing
from portal.learning.views import bp
from portal.mail.jobs import send_letters
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.session import viewer


def _followed(course_id: int) -> Document:
    """The course, if the viewer follows who takes it."""
    course = people.find(viewer(), course_id)
    web.exists(course is not None)
    assert course is not None
    return course


def _asked() -> Asked:
    """From the address, or from the form that saves the list."""
    given = request.values
    state = given.get("state", "")
    return Asked(
        words=given.get("q", "")[:100].strip(),
        state=state if state in people.FILTERS else "",
        team=web.number(given.get("team", "")),
    )


def _shown(me: Person, course: Document) -> dict[str, Any]:
    """What the rows need, on the page and on their own."""
    return {
        "course": course,
        "words": people.WORDS,
        "today": me.today(),
        "may_ask": compliance_access.can_remind(me),
    }


@bp.get("/learning/courses/<int:course_id>/people")
@doors.signed_in
@doors.also_for("audit")
def show_course_people(course_id: int) -> Any:
    """Everyone it is asked of, and whoever takes it, whom the viewer follows."""
    me, course, asked, teams = viewer(), _followed(course_id), _asked(), Teams()
    everyone = Everyone(me, course, me.today())
    page = web.Page(everyone.listed(asked, teams), web.page_number())
    page.rows = people.rows_of(page.rows)
    shown = _shown(me, course)
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("learning/_people.html", asked=asked, page=page, **shown)
    counts = everyone.counts(asked, teams)
    return render_template(
        "learning/people.html",
        asked=asked,
        page=page,
        counts=counts,
        sections=_sections(course, asked, counts),
        teams=_departments(teams),
        figures=figures.of(me, course),
        may_see_items=items.can_see(me),
        **shown,
    )


def _departments(teams: Teams) -> list[tuple[int, str]]:
    """The top teams, each of which stands for all below it."""
    return sorted(
        ((one.id, one.name) for one in teams.by_id.values() if not one.parent_id),
        key=lambda one: text.fold(one[1]),
    )


def _sections(course: Document, asked: Asked, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The states there are somebody in, as links that keep what else is asked for."""
    return [
        {
            "label": label,
            "url": f"/learning/courses/{course.id}/people?"
            + urlencode(asked.query | {"state": name}),
            "current": name == asked.state,
            "count": counts.get(name, 0),
        }
        for name, label in people.FILTERS.items()
        if counts.get(name) or name in ("", asked.state)
    ]


@bp.post("/learning/courses/<int:course_id>/people/file")
@doors.signed_in
def export_course_people(course_id: int) -> Any:
    """The list as it is filtered, as CSV; that it was taken is in the trail."""
    me, course = viewer(), _followed(course_id)
    content = people.export(me, course, _asked())
    name = f"{text.slugify(course.title)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


# -- one person, and the questions -------------------------------------------------------------


@bp.get("/learning/courses/<int:course_id>/people/<int:person_id>")
@doors.signed_in
def show_course_person(course_id: int, person_id: int) -> Any:
    """How far one person has come with it, and why it is not complete."""
    me, course = viewer(), _followed(course_id)
    person: Person = web.get_or_404(people.followed(me), id=person_id)
    web.exists(person.is_staff)
    standing = Standing.of(course, person)
    return render_template(
        "learning/course_person.html",
        course=course,
        person=person,
        standing=standing,
        why=people.why(standing),
        completions=people.completions(me, course, person),
        states=certificates.STATES,
        today=me.today(),
    )


@bp.get("/learning/courses/<int:course_id>/questions")
@doors.signed_in
def show_questions(course_id: int) -> Any:
    """How many answered which question right at their first try."""
    me, course = viewer(), _followed(course_id)
    web.exists(items.can_see(me))
    return render_template(
        "learning/questions.html", course=course, found=items.of(course), least=items.LEAST
    )


# -- asked for ---------------------------------------------------------------------------------


def _owed(course: Document, person: str, group: str) -> list[Assignment]:
    """What one person owes, or a team, or everyone; a number that is none names nobody."""
    found = {"person": web.number(person), "team": web.number(group)}
    web.exists(bool(found["person"]) == bool(person) and bool(found["team"]) == bool(group))
    return owing.askable(viewer(), KIND, course.id, Teams(), **found)  # type: ignore[no-any-return]


@bp.get("/learning/courses/<int:course_id>/people/nudge")
@doors.signed_in
def preview_nudge_learners(course_id: int) -> Any:
    """Whom asking would reach, before it is done."""
    me, course = viewer(), _followed(course_id)
    web.permit(compliance_access.can_remind(me))
    given = {name: request.args.get(name, "")[:20] for name in ("person", "team")}
    owed = _owed(course, given["person"], given["team"])
    return render_template(
        "learning/people_nudge.html",
        course=course,
        given={name: value for name, value in given.items() if value},
        found=nudges.plan(owed, by=me),
        is_full=len(owed) == nudges.MAX_DUTIES,
        most=nudges.MAX_DUTIES,
    )


@bp.post("/learning/courses/<int:course_id>/people/nudge")
@doors.signed_in
def nudge_learners(course_id: int) -> Any:
    """Ask one person, a team or everyone whose day is near or past."""
    me, course = viewer(), _followed(course_id)
    web.permit(compliance_access.can_remind(me))
    form = web.bind(NudgeForm)
    web.exists(form.validate())
    person, group = form.person.data or "", form.team.data or ""
    done = nudges.send(_owed(course, person, group), by=me)
    send_letters.wake()
    shown = _shown(me, course) | {"row": _row_of(me, course, person)}
    back = f"/learning/courses/{course.id}/people"
    return answer("learning/_person.html", back=back, say=done.done, **shown)


def _row_of(me: Person, course: Document, person: str) -> Row | None:
    """The one who was asked, as they stand now, for the fragment."""
    if not request.htmx.partial or not person:  # type: ignore[attr-defined]
        return None
    query = Everyone(me, course, me.today()).listed(Asked(), Teams())
    found = list(query.where(Person.id == web.number(person)))
    web.exists(found)
    return people.rows_of(found)[0]


# -- a manager's people ------------------------------------------------------------------------


@bp.get("/learning/team")
@doors.signed_in
def show_team() -> Any:
    """A row for each of one's people: what they owe, have under way and have completed."""
    me = viewer()
    web.exists(access.can_see_people(me) and me.has_reports)
    page = web.Page(team.listed(me, me.today()), web.page_number())
    page.rows = team.rows_of(me, page.rows, me.today())
    shown = {"page": page, "today": me.today(), "courses": team.courses(me, me.today())}
    return render_template("learning/team.html", **shown)
