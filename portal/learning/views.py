"""Learning: the catalog, a course, and taking it."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request

from portal import doors, web
from portal.documents.models import Document
from portal.hx import go
from portal.learning import access, quizzing
from portal.learning.catalog import LISTS, Asked, Catalog
from portal.learning.formats import formats
from portal.learning.forms import NoteForm
from portal.learning.models import KIND, Attempt
from portal.learning.parser import LEVELS
from portal.learning.quizzing import Paper
from portal.learning.standing import Standing
from portal.learning.taking import NotOffered, NotYet
from portal.learning.tries import NoTryLeft
from portal.people.session import viewer
from portal.questionnaires.questionnaire import Answers, Refused, TooLong

bp = Blueprint("learning", __name__)

NO_TRY = "All tries are used. Ask HR for another one: they see it on their page of this course."
GONE = "It is not in force any more, so nobody begins it."


@bp.app_template_filter()
def format_title(name: str) -> str:
    """What a format is called where people read it."""
    return formats[name].title if name in formats else name


# -- the catalog -------------------------------------------------------------------------------


@bp.get("/learning")
@doors.signed_in
@doors.also_for("audit")
def index() -> Any:
    me = viewer()
    web.exists(not me.came_by_pass or me.is_auditor)
    catalog = Catalog.of(me, _asked())
    partial = request.htmx.partial  # type: ignore[attr-defined]
    return render_template(
        "learning/_rows.html" if partial else "learning/index.html",
        catalog=catalog,
        asked=catalog.asked,
        lists=LISTS,
        may_manage=access.can_manage(me),
        may_follow=access.can_see_people(me),
    )


def _asked() -> Asked:
    """From the address. Whoever has nothing of their own here looks at all of them."""
    given, me = request.args, viewer()
    name, level = given.get("list", ""), given.get("level", "")
    if not me.is_staff:
        name = "all"
    return Asked(
        name if name in LISTS else "",
        given.get("q", "")[:100].strip(),
        given.get("topic", "")[:60].strip(),
        level if level in LEVELS else "",
    )


# -- one course --------------------------------------------------------------------------------


def find(course_id: int) -> Document:
    """The course, if the viewer may know of it, with its text in force."""
    course = access.found(viewer(), course_id)
    web.exists(course is not None)
    assert course is not None
    return course


@bp.get("/documents/course/<slug>")
@doors.signed_in
def lead_here(slug: str) -> Any:
    """A course has one page, whichever room one comes from."""
    course = web.get_or_404(access.visible_to(viewer()), kind=KIND, slug=slug)
    return redirect(f"/learning/courses/{course.id}", 303)


@bp.get("/learning/courses/<int:course_id>")
@doors.signed_in
@doors.also_for("audit")
def show(course_id: int) -> Any:
    return page_of(find(course_id))


def page_of(course: Document, status: int = 200, refused: str = "", **more: Any) -> Any:
    """The course's page, for whoever takes it and whoever keeps it; `refused` says why something
    was not done."""
    me = viewer()
    standing = Standing.of(course, me)
    how = standing.format
    is_theirs = standing.duty is not None or standing.under_way is not None
    may_take = access.can_take(me, course, is_theirs=is_theirs)
    shown = how.shown(me, course, standing.under_way) if how and course.current else {}
    return render_template(
        "learning/show.html",
        course=course,
        standing=standing,
        how=how,
        format=shown,
        said=standing.said,
        may_take=may_take,
        offered=how.offered(course) if how and may_take and not standing.under_way else "",
        may_manage=access.can_manage(me),
        may_follow=access.can_see_people(me),
        refused=refused,
        **({"note_form": NoteForm()} | more),
    ), status


# -- taking it ---------------------------------------------------------------------------------


def _to_take(course_id: int) -> Document:
    course = find(course_id)
    web.permit(access.can_take(viewer(), course))
    return course


@bp.post("/learning/courses/<int:course_id>/attempt")
@doors.signed_in
def begin(course_id: int) -> Any:
    """Begin it, or go on with what is under way."""
    return _begin(_to_take(course_id), quizzing.begin)


@bp.post("/learning/courses/<int:course_id>/attempt/anew")
@doors.signed_in
def begin_anew(course_id: int) -> Any:
    """Leave what was begun with an older text, and begin with the one in force."""
    return _begin(_to_take(course_id), quizzing.begin_anew)


def _begin(course: Document, verb: Any) -> Any:
    me = viewer()
    standing = Standing.of(course, me)
    how = standing.format
    web.permit(how is not None and how.is_begun_by_hand)
    assert how is not None
    if not standing.under_way and (why := how.offered(course)):
        return page_of(course, 422, why)
    try:
        verb(course, me, by=me)
    except NotYet as error:
        return page_of(course, 422, str(error))
    except NoTryLeft:
        return page_of(course, 422, NO_TRY)
    except NotOffered:
        return page_of(course, 409, GONE)
    return go(how.url(course))


@bp.post("/learning/courses/<int:course_id>/completion")
@doors.signed_in
def complete(course_id: int) -> Any:
    """They have read, watched or done it: where nothing is asked, that is all there is to it."""
    me, course = viewer(), _to_take(course_id)
    form = web.bind(NoteForm)
    attempt = Attempt.open_of(course.id, me.id)
    if attempt is None:
        return go(f"/learning/courses/{course.id}")
    # Only a format that takes their word for it, and only where no question is asked.
    web.permit(attempt.format in quizzing.BY_WORD and not attempt.revision.parsed["questions"])
    if not form.validate():
        return page_of(course, 422, note_form=form)
    quizzing.finish(attempt, by=me, note=form.note.data or "")
    return go(f"/learning/courses/{course.id}", say="Completed. It stands in your record.")


# -- one try -----------------------------------------------------------------------------------


def _attempt(attempt_id: int) -> Attempt:
    """An attempt that the viewer may know of."""
    visible = Attempt.whole(access.attempts_visible_to(viewer()))
    return web.get_or_404(visible, id=attempt_id)  # type: ignore[no-any-return]


@bp.get("/learning/attempts/<int:attempt_id>")
@doors.signed_in
def show_attempt(attempt_id: int) -> Any:
    """How a try went: for whom it was, the score for their line and HR, answers for HR."""
    me, attempt = viewer(), _attempt(attempt_id)
    is_own = attempt.person_id == me.id
    if attempt.ended_at is None and is_own:
        return redirect(f"/learning/courses/{attempt.course_id}", 303)
    how = formats.get(attempt.format)
    if how and (report := how.report(attempt)):
        return redirect(report, 303)
    standing = Standing.of(attempt.course, attempt.person)
    sees = access.can_see_answers(me, attempt)
    is_theirs = standing.duty is not None or standing.under_way is not None
    return render_template(
        "learning/attempt.html",
        attempt=attempt,
        course=attempt.course,
        standing=standing,
        paper=standing.paper_of(attempt) if sees else None,
        note=attempt.kept.get("note", "") if sees else "",
        is_own=is_own,
        is_newest=standing.attempts[0].id == attempt.id,
        may_take=is_own and access.can_take(me, attempt.course, is_theirs=is_theirs),
    )


def _own_try(attempt_id: int) -> Attempt:
    me, attempt = viewer(), _attempt(attempt_id)
    web.permit(attempt.person_id == me.id and access.can_take(me, attempt.course))
    web.permit(attempt.revision.parsed["questions"])
    return attempt


def _answers(paper: Paper) -> Answers:
    """What was chosen, as far as it was asked."""
    fields = [(name, request.form.getlist(name)) for name in request.form]
    try:
        return paper.sheet.questionnaire.read(fields)
    except (Refused, TooLong) as error:
        abort(400, str(error))


@bp.post("/learning/attempts/<int:attempt_id>/answers")
@doors.signed_in
def keep_answers(attempt_id: int) -> Any:
    """What is chosen so far is kept with the try: another device goes on with it."""
    attempt = _own_try(attempt_id)
    quizzing.keep_answers(attempt, _answers(Paper(attempt)), by=viewer())
    return "", 204


@bp.post("/learning/attempts/<int:attempt_id>/grading")
@doors.signed_in
def grade(attempt_id: int) -> Any:
    """The try is over. With an answer missing it is not, and nothing is counted."""
    me, attempt = viewer(), _own_try(attempt_id)
    here = f"/learning/attempts/{attempt.id}"
    if attempt.ended_at is not None:
        return go(here)
    paper = Paper(attempt)
    answers = _answers(paper)
    if missing := paper.sheet.questionnaire.problems(answers):
        quizzing.keep_answers(attempt, answers, by=me)
        return page_of(find(attempt.course_id), 422, problems=missing)
    graded = quizzing.grade(attempt, answers, by=me)
    if graded.is_done:
        return go(here, say="Completed. It stands in your record.")
    return go(here)
