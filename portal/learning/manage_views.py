"""HR's side of learning: every course, asking people to take one, and what is put on record."""

from datetime import date
from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.documents.models import Document
from portal.hx import go
from portal.learning import access, managing, taking
from portal.learning.formats import formats
from portal.learning.forms import AssignForm, NewCourseForm, ReasonForm, RecordForm
from portal.learning.models import KIND, Completion
from portal.learning.tries import GivenTry, out_of_tries
from portal.learning.views import bp
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

UNDONE = "Taken back at once."


def manager() -> Person:
    """The viewer, where they keep the courses."""
    me = viewer()
    web.exists(access.can_manage(me))
    return me


def find(course_id: int) -> Document:
    """A course, for whoever keeps it."""
    courses = Document.with_current(access.visible_to(manager()))
    return web.get_or_404(courses, id=course_id)  # type: ignore[no-any-return]


@bp.get("/learning/manage")
@doors.signed_in
def manage() -> Any:
    me = manager()
    words = request.args.get("q", "")[:100].strip()
    partial = request.htmx.partial  # type: ignore[attr-defined]
    return render_template(
        "learning/_manage_rows.html" if partial else "learning/manage.html",
        words=words,
        kept=managing.overview(me, words),
    )


# -- a new one ---------------------------------------------------------------------------------


@bp.get("/learning/manage/new")
@doors.signed_in
def new() -> Any:
    manager()
    return _new_page(_offered())


def _offered() -> NewCourseForm:
    form = web.bind(NewCourseForm, {"format": "page"})
    form.format.choices = {one.name: one.title for one in formats.values()}
    return form


def _new_page(form: NewCourseForm, status: int = 200) -> Any:
    return render_template("learning/new.html", form=form, starters=managing.starters()), status


@bp.post("/learning/manage/courses")
@doors.signed_in
def create() -> Any:
    """A draft with the text a course of this format begins with."""
    me, form = manager(), _offered()
    if not form.validate():
        return _new_page(form, 422)
    source = managing.template_for(form.format.data, form.title.data)
    course = Document.start(KIND, form.title.data, by=me, source=source)
    return go(f"{course.url}/edit")


@bp.post("/learning/manage/starters/<slug>")
@doors.signed_in
def take_starter(slug: str) -> Any:
    """A course that ships with the portal becomes a draft."""
    me = manager()
    starter = next((one for one in managing.starters() if one.slug == slug), None)
    web.exists(starter)
    assert starter is not None
    course = managing.take_in(starter, by=me)
    return go(f"{course.url}/edit", say="Here is its text. Look it over, then publish it.")


# -- one ---------------------------------------------------------------------------------------


@bp.get("/learning/manage/<int:course_id>")
@doors.signed_in
def manage_course(course_id: int) -> Any:
    course = find(course_id)
    return render_template(
        "learning/manage_course.html",
        course=course,
        kept=managing.figures(course),
        waiting=out_of_tries(course),
        newest=managing.newest(course),
    )


@bp.post("/learning/manage/<int:course_id>/people/<int:person_id>/try")
@doors.signed_in
def give_try(course_id: int, person_id: int) -> Any:
    """One try more than the course allows, for somebody who has used all of them."""
    me, course = manager(), find(course_id)
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    given = GivenTry.give(course, person, by=me)
    said = f"{person.called} has another try." if given else f"{person.called} has a try left."
    return go(f"/learning/manage/{course.id}", say=said)


# -- asking people to take it ------------------------------------------------------------------


@bp.get("/learning/manage/<int:course_id>/assign")
@doors.signed_in
def new_assignment(course_id: int) -> Any:
    course = _in_force(course_id)
    return _assign_page(course, AssignForm(data={"people": _named()}))


def _named() -> str:
    """Somebody whose page one comes from."""
    wanted = web.number(request.args.get("person", ""))
    person = people_access.visible_to(viewer()).where(Person.id == wanted).first()
    return str(person.email) if person else ""


def _in_force(course_id: int) -> Document:
    course = find(course_id)
    web.permit(course.state == "published")
    return course


def _assign_page(course: Document, form: AssignForm, status: int = 200, **more: Any) -> Any:
    shown = {"course": course, "form": form, "hits": None, "most": managing.MOST_ASKED} | more
    return render_template("learning/assign.html", **shown), status


def _reached(course: Document, form: AssignForm) -> list[managing.Hit] | None:
    """Whom it would reach; None, with the reason at its field, where it cannot be."""
    if not form.validate():
        return None
    if form.due_on.data < viewer().today():
        form.due_on.errors = ["This day is past. Choose today or a later one."]
        return None
    found = managing.hits(course, form.named, form.rule.data)
    if not any(hit.is_asked for hit in found):
        field = form.rule if form.rule.data else form.people
        field.errors = ["Nobody is left to ask: they all owe it already, or have completed it."]
        if not found:
            field.errors = ["Nobody here is meant by that."]
        return None
    if sum(hit.is_asked for hit in found) > managing.MOST_ASKED:
        said = f"This asks more than {managing.MOST_ASKED} people. Require it instead (Compliance)."
        form.rule.errors = [said]
        return None
    return found


@bp.post("/learning/manage/<int:course_id>/assign/preview")
@doors.signed_in
def preview_assignment(course_id: int) -> Any:
    """Whom it would reach, before anybody is asked."""
    course, form = _in_force(course_id), web.bind(AssignForm)
    reached = _reached(course, form)
    return _assign_page(course, form, 200 if reached else 422, hits=reached)


@bp.post("/learning/manage/<int:course_id>/assignments")
@doors.signed_in
def assign(course_id: int) -> Any:
    me, course, form = manager(), _in_force(course_id), web.bind(AssignForm)
    reached = _reached(course, form)
    if reached is None:
        return _assign_page(course, form, 422)
    count = managing.assign(course, reached, form.due_on.data, by=me)
    people = "One person is" if count == 1 else f"{count} people are"
    return go(f"/learning/manage/{course.id}", say=f"{people} asked to take it.")


# -- writing down ------------------------------------------------------------------------------


@bp.get("/learning/manage/<int:course_id>/record")
@doors.signed_in
def new_record(course_id: int) -> Any:
    course = _in_force(course_id)
    given = {"person": _named(), "done_on": viewer().today()}
    return _record_page(course, RecordForm(data=given))


def _record_page(course: Document, form: RecordForm, status: int = 200) -> Any:
    return render_template("learning/manage_record.html", course=course, form=form), status


@bp.post("/learning/manage/<int:course_id>/records")
@doors.signed_in
def put_on_record(course_id: int) -> Any:
    """Somebody has completed it, as HR knows from elsewhere; never HR themselves."""
    me, course, form = manager(), _in_force(course_id), web.bind(RecordForm)
    if not form.validate() or not _is_past(form.done_on, me.today()):
        return _record_page(course, form, 422)
    person = form.found
    assert person is not None
    if not access.can_record(me, person):
        form.person.errors = ["Nobody records this for themselves. Ask somebody else in HR."]
        return _record_page(course, form, 422)
    done = managing.put_on_record(course, person, form.done_on.data, form.note.data, by=me)
    said = f"On record: {person.called} has completed it."
    undo = f"/learning/completions/{done.id}/withdrawal"
    return go(f"/learning/manage/{course.id}", say=said, undo=undo)


def _is_past(field: Any, today: date) -> bool:
    if field.data > today:
        field.errors = ["This day is still to come."]
        return False
    return True


def _completion(completion_id: int) -> Completion:
    """A completion that the viewer may take back."""
    me = manager()
    found = web.get_or_404(access.completions_visible_to(me), id=completion_id)
    web.permit(access.can_record(me, found.person))
    return found  # type: ignore[no-any-return]


@bp.get("/learning/completions/<int:completion_id>/withdrawal")
@doors.signed_in
def new_withdrawal(completion_id: int) -> Any:
    return _withdrawal_page(_completion(completion_id), ReasonForm())


def _withdrawal_page(completion: Completion, form: ReasonForm, status: int = 200) -> Any:
    return render_template(
        "learning/withdrawal.html",
        completion=completion,
        course=completion.course,
        person=completion.person,
        note=managing.note_of(completion),
        form=form,
    ), status


@bp.post("/learning/completions/<int:completion_id>/withdrawal")
@doors.signed_in
def withdraw(completion_id: int) -> Any:
    """It was put on record by mistake: it counts as never done, and stays to be read."""
    me, completion = manager(), _completion(completion_id)
    form = web.bind(ReasonForm)
    if not request.form:
        # Taken back at once, from the line that said it was done.
        form.reason.data = UNDONE
    elif not form.validate():
        return _withdrawal_page(completion, form, 422)
    taking.withdraw(completion, form.reason.data or "", by=me)
    return go(f"/learning/manage/{completion.course_id}", say="Taken back. It counts no more.")
