"""Putting a duty off, taking it back into sight, waiving it; and the snooze link of a mail."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, render_template
from itsdangerous import BadSignature, URLSafeTimedSerializer

from portal import doors, web
from portal.assignments import access, nudges
from portal.assignments.forms import OwnerForm, SnoozeForm, WaiveForm
from portal.assignments.models import Assignment
from portal.hx import answer, go
from portal.mail.jobs import send_letters
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("assignments", __name__)

SNOOZE_LINK_DAYS = 14


@bp.get("/assignments/<int:assignment_id>")
@doors.signed_in
def show(assignment_id: int) -> Any:
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    return _page(me, assignment)


def _page(me: Person, assignment: Assignment, status: int = 200, **invalid: Any) -> Any:
    """The duty with its forms; `invalid` carries the one that was refused."""
    forms = {"snooze": SnoozeForm(), "waive": WaiveForm(), "owner": OwnerForm(), **invalid}
    return render_template(
        "assignments/show.html",
        assignment=assignment,
        **forms,
        choices=snooze_choices(me),
        may_snooze=access.can_snooze(me, assignment),
        may_waive=access.can_waive(me, assignment),
        may_reassign=access.can_reassign(me, assignment),
        may_reopen=access.can_reopen(me, assignment),
        may_nudge=access.can_nudge(me, assignment),
        nudged=nudges.Nudge.last_of(assignment),
    ), status


def snooze_choices(me: Person) -> list[tuple[str, Any]]:
    """Tomorrow, in three days, next week: as label and date."""
    today = me.today()
    monday = today + timedelta(days=7 - today.weekday())
    choices = [
        ("Tomorrow", today + timedelta(days=1)),
        ("In three days", today + timedelta(days=3)),
        ("Next Monday", monday),
    ]
    return sorted(choices, key=lambda choice: choice[1])


@bp.post("/assignments/<int:assignment_id>/snooze")
@doors.signed_in
def snooze(assignment_id: int) -> Any:
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    web.permit(access.can_snooze(me, assignment))
    form = web.bind(SnoozeForm)
    if not form.validate() or not _put_off(assignment, form, me):
        return _page(me, assignment, 422, snooze=form)
    return answer(
        "assignments/_gone.html",
        back="/",
        say=f"Back on {web.day(form.until.data)}.",
        undo=f"/assignments/{assignment.id}/wake",
        assignment=assignment,
    )


def _put_off(assignment: Assignment, form: SnoozeForm, by: Person) -> bool:
    try:
        assignment.snooze(form.until.data, by=by)
    except ValueError as error:
        form.until.errors = [str(error)]
        return False
    return True


@bp.post("/assignments/<int:assignment_id>/wake")
@doors.signed_in
def wake(assignment_id: int) -> Any:
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    web.permit(access.can_snooze(me, assignment))
    assignment.wake(by=me)
    return go("/", say="Back in your list.")


@bp.post("/assignments/<int:assignment_id>/waiver")
@doors.signed_in
def waive(assignment_id: int) -> Any:
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    web.permit(access.can_waive(me, assignment))
    form = web.bind(WaiveForm)
    if not form.validate():
        return _page(me, assignment, 422, waive=form)
    assignment.waive(form.reason.data, by=me)
    return go("/hr", say="Waived.", undo=f"/assignments/{assignment.id}/reopening")


@bp.post("/assignments/<int:assignment_id>/reopening")
@doors.signed_in
def reopen(assignment_id: int) -> Any:
    """Take a waiver back."""
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    web.permit(access.can_reopen(me, assignment))
    assignment.unwaive(by=me)
    return go(f"/assignments/{assignment.id}", say="It is owed again.")


@bp.post("/assignments/<int:assignment_id>/owner")
@doors.signed_in
def reassign(assignment_id: int) -> Any:
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    web.permit(access.can_reassign(me, assignment))
    form = web.bind(OwnerForm)
    person = form.find(me) if form.validate() else None
    if person is None:
        return _page(me, assignment, 422, owner=form)
    try:
        assignment.reassign(person, by=me)
    except ValueError as error:
        form.email.errors = [str(error)]
        return _page(me, assignment, 422, owner=form)
    return go("/", say=f"{person.called} has it now.")


@bp.post("/assignments/<int:assignment_id>/nudge")
@doors.signed_in
def nudge(assignment_id: int) -> Any:
    """Ask whoever owes it, in a letter of its own."""
    me = viewer()
    assignment = web.get_or_404(access.visible_to(me), id=assignment_id)
    web.permit(access.can_nudge(me, assignment))
    asked = nudges.send([assignment], by=me)
    send_letters.wake()
    return go(f"/assignments/{assignment.id}", say=asked.done)


# -- the link in a digest ------------------------------------------------------------------


def snooze_token(person_id: int) -> str:
    """What lets the reader of a digest put things off without signing in."""
    return _serializer().dumps(person_id)


def _serializer() -> URLSafeTimedSerializer:
    # The last key signs, all are accepted: changing the key leaves the mails already sent alive.
    return URLSafeTimedSerializer(web.secret_keys()[::-1], salt="snooze")


def _reader(token: str) -> Person:
    """Whom the link was mailed to, if they may still use it."""
    try:
        person_id = _serializer().loads(token, max_age=SNOOZE_LINK_DAYS * 86_400)
    except BadSignature:
        abort(404)
    person = Person.get_or_none(Person.id == person_id)
    if person is None or not person.is_active:
        abort(404)
    return person


@bp.get("/snooze/<token>")
@doors.by_link
def open_snooze(token: str) -> Any:
    person = _reader(token)
    return render_template("assignments/snooze.html", choices=snooze_choices(person), token=token)


@bp.post("/snooze/<token>")
@doors.by_link
def snooze_all(token: str) -> Any:
    """Everything not late goes out of sight until a day near; what is late stays."""
    person = _reader(token)
    form = web.bind(SnoozeForm)
    allowed = [day for _, day in snooze_choices(person)]
    if not form.validate() or form.until.data not in allowed:
        return render_template(
            "assignments/snooze.html", choices=snooze_choices(person), token=token
        ), 422
    count = Assignment.snooze_near(person, form.until.data)
    return render_template("assignments/snoozed.html", count=count, until=form.until.data)
