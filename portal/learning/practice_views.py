"""Practice: saying what one did on the job, taking it back; confirming it, or sending it back."""

from typing import Any

from flask import render_template

from portal import audit, db, doors, web
from portal.documents.models import Document
from portal.documents.passages import with_places
from portal.hx import go
from portal.learning import access, practice, practice_access
from portal.learning.practice import Practice, StillWaiting
from portal.learning.practice_forms import AnswerForm, PracticeForm
from portal.learning.taking import NotOffered, NotYet
from portal.learning.views import bp
from portal.mail.jobs import send_letters
from portal.people.session import viewer
from portal.uploads.forms import GONE, receive
from portal.uploads.handing import hand_out

FASTER = "It was answered or taken back already."


def _course(course_id: int) -> Document:
    """A course done on the job that the viewer may take."""
    me = viewer()
    course = web.get_or_404(Document.with_current(access.visible_to(me)), id=course_id)
    web.permit(access.can_take(me, course))
    web.exists(course.current.parsed["format"] == practice.PRACTICE)
    return course  # type: ignore[no-any-return]


@bp.get("/learning/courses/<int:course_id>/practice")
@doors.signed_in
def new_practice(course_id: int) -> Any:
    """The form; after one that was sent back it holds what was said then."""
    course = _course(course_id)
    history = Practice.of(course.id, viewer().id)
    last = history[0] if history and history[0].outcome == practice.SENT_BACK else None
    return _form_page(course, web.bind(PracticeForm, {"said": last.said if last else ""}), last)


def _form_page(
    course: Document, form: PracticeForm, last: Practice | None = None, status: int = 200
) -> Any:
    return render_template(
        "learning/practice_form.html",
        course=course,
        form=form,
        last=last,
        confirmer=practice.confirmer_words(course.current, viewer()),  # type: ignore[arg-type]
    ), status


@bp.post("/learning/courses/<int:course_id>/practice")
@doors.signed_in
def send_practice(course_id: int) -> Any:
    me, course = viewer(), _course(course_id)
    form = web.bind(PracticeForm)
    receive(form, by=me)
    if not form.validate():
        return _form_page(course, form, status=422)
    try:
        with db.write():
            if form.file.upload and not form.file.take():
                form.file.upload, form.file.errors = None, [GONE]
                return _form_page(course, form, status=422)
            practice.send(course, me, form.said.data, upload=form.file.upload, by=me)
    except (NotOffered, NotYet, StillWaiting) as error:
        form.said.errors = [_why_not(error)]
        return _form_page(course, form, status=422)
    who = practice.confirmer_words(course.current, me)  # type: ignore[arg-type]
    return go(f"/learning/courses/{course.id}", say=f"Sent. It is with {who} now.")


def _why_not(error: Exception) -> str:
    if isinstance(error, StillWaiting):
        return "What you sent before waits for its answer. Take it back to send another."
    return str(error) or "It is not in force any more, so nobody begins it."


# -- one ---------------------------------------------------------------------------------------


def find_practice(practice_id: int) -> Practice:
    visible = Practice.whole(practice_access.visible_to(viewer()))
    return web.get_or_404(visible, id=practice_id)  # type: ignore[no-any-return]


@bp.get("/learning/practice/<int:practice_id>")
@doors.signed_in
def show_practice(practice_id: int) -> Any:
    return _page(find_practice(practice_id), AnswerForm())


def _page(found: Practice, form: AnswerForm, status: int = 200) -> Any:
    me = viewer()
    person = found.attempt.person
    if person.id != me.id:
        audit.looked(me, found, about=person)
    duty = found.duty if found.is_waiting else None
    return render_template(
        "learning/practice.html",
        practice=found,
        person=person,
        course=found.attempt.course,
        text=with_places(found.attempt.revision.html),
        duty=duty,
        history=practice_access.history(me, found),
        may_answer=practice_access.can_answer(me, found, duty),
        may_withdraw=practice_access.can_withdraw(me, found),
        is_own=person.id == me.id,
        form=form,
    ), status


@bp.get("/learning/practice/<int:practice_id>/file")
@doors.signed_in
def download_practice(practice_id: int) -> Any:
    found = find_practice(practice_id)
    web.exists(found.blob_id)
    answer = hand_out(found.blob, found.file_name, found.media_type)
    audit.looked(viewer(), found, about=found.attempt.person)
    return answer


@bp.post("/learning/practice/<int:practice_id>/confirmation")
@doors.signed_in
def confirm_practice(practice_id: int) -> Any:
    """It was done, and counts from now on."""
    me, found = viewer(), find_practice(practice_id)
    web.permit(practice_access.can_answer(me, found, found.duty))
    form = web.bind(AnswerForm)
    if not form.validate():
        return _page(found, form, 422)
    done = practice.confirm(found, form.note.data or "", by=me)
    send_letters.wake()
    name = found.attempt.person.first_name
    return go("/", say=f"Confirmed. {name} has completed the course." if done else FASTER)


@bp.post("/learning/practice/<int:practice_id>/return")
@doors.signed_in
def return_practice(practice_id: int) -> Any:
    """Something is missing: they read what."""
    me, found = viewer(), find_practice(practice_id)
    web.permit(practice_access.can_answer(me, found, found.duty))
    form = web.bind(AnswerForm)
    is_valid = form.validate()
    if is_valid and not form.note.data:
        form.note.errors = ["Say what is missing: it is all they read."]
    if form.errors:
        return _page(found, form, 422)
    done = practice.send_back(found, form.note.data, by=me)
    send_letters.wake()
    return go(
        "/", say=f"Sent back. {found.attempt.person.first_name} reads why." if done else FASTER
    )


@bp.post("/learning/practice/<int:practice_id>/withdrawal")
@doors.signed_in
def withdraw_practice(practice_id: int) -> Any:
    me, found = viewer(), find_practice(practice_id)
    web.permit(practice_access.can_withdraw(me, found))
    done = practice.withdraw(found, by=me)
    here = f"/learning/courses/{found.attempt.course_id}"
    return go(here, say="Taken back. Send it again whenever you like." if done else FASTER)
