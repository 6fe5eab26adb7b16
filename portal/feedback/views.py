"""Feedback: what is for me, from me and asked of me; one person's page; writing, acknowledging."""

import re
from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, web
from portal.feedback import access
from portal.feedback.forms import ChooseForm, NoteForm
from portal.feedback.models import FeedbackRequest, Note
from portal.feedback.praise import Praise, PraiseOptOut
from portal.hx import answer, go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.text import enumerated

bp = Blueprint("feedback", __name__)

PAGE_ROWS = 20
LISTS = {"": "For me", "praise": "Praise for me", "given": "From me", "requests": "Requests"}
_SENT = re.compile(r"[0-9]{1,18}(-[0-9]{1,18})?")
GONE = "Its day is over: it stays."


@bp.app_template_global("may_open_feedback")
def may_open_feedback(person: Person) -> bool:
    """For links to a person's page: the same rule as the page."""
    return access.can_open(viewer(), person)


@bp.get("/feedback")
@doors.signed_in
def index() -> Any:
    """One list at a time: feedback for me, praise for me, what I gave, what is asked."""
    me = viewer()
    web.exists(access.can_use(me))
    chosen = request.args.get("show", "")
    chosen = chosen if chosen in LISTS else ""
    number = web.page_number()
    shown: dict[str, Any] = {}
    if chosen == "":
        shown["page"] = web.Page(Note.whole(access.notes_for(me)), number, PAGE_ROWS)
        shown["asked"] = access.asked_of(me)
    elif chosen == "praise":
        shown["page"] = _praise_page(access.praise_for(me), number)
        shown["is_out"] = PraiseOptOut.is_of(me)
    elif chosen == "given":
        shown["page"] = web.Page(Note.whole(access.notes_from(me)), number, PAGE_ROWS)
        shown["praise"] = _praise_page(access.praise_from(me), number)
    else:
        shown["asked"] = access.asked_of(me)
        visible = FeedbackRequest.whole(access.requests_visible_to(me))
        shown["page"] = web.Page(visible, number, PAGE_ROWS)
        shown["asks"] = access.asks_of(shown["page"].rows)
    # What was just sent is no draft any more on the device it was written on.
    sent = request.args.get("sent", "")
    sent = sent if _SENT.fullmatch(sent) else ""
    return render_template("feedback/index.html", lists=LISTS, chosen=chosen, sent=sent, **shown)


def _praise_page(query: Any, number: int) -> web.Page:
    page = web.Page(Praise.whole(query), number, PAGE_ROWS)
    Praise.with_people(page.rows)
    return page


@bp.get("/feedback/people/<int:person_id>")
@doors.signed_in
def show_person(person_id: int) -> Any:
    """All that is meant for the viewer of what was said about somebody; for HR the counts alone."""
    me = viewer()
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    leads = me.leads(person)
    web.exists(access.can_open(me, person) or access.has_shared(me, person))
    is_own = me.id == person.id
    sees_counts = me.is_hr and not (is_own or leads)
    visible = Note.whole(access.notes_about(me, person))
    return render_template(
        "feedback/person.html",
        person=person,
        is_own=is_own,
        leads=leads,
        counts=access.counts_of(person) if sees_counts else None,
        page=web.Page(visible, web.page_number(), PAGE_ROWS),
        may_ask=access.can_ask_about(me, person),
        may_write=access.can_write_about(me, person),
    )


@bp.get("/feedback/colleagues")
@doors.signed_in
def suggest() -> Any:
    """Names to choose from while one is typed."""
    me = viewer()
    web.exists(access.can_use(me))
    words = request.args.get("person", "")[:100]
    return render_template("feedback/_colleagues.html", colleagues=access.suggested(me, words))


# -- writing -----------------------------------------------------------------------------------


@bp.get("/feedback/new")
@doors.signed_in
def choose() -> Any:
    """About whom: so that the form can say by name who will read it."""
    me = viewer()
    web.exists(access.can_use(me))
    form = ChooseForm(data={"person": request.args.get("person", "")})
    if "person" not in request.args:
        return _choose_page(form)
    if form.validate():
        person = access.colleague(me, form.person.data)
        if person is not None:
            return go(f"/feedback/people/{person.id}/new")
        form.person.errors = ["Choose a colleague by the name that is offered, not yourself."]
    return _choose_page(form, 422)


def _choose_page(form: ChooseForm, status: int = 200) -> Any:
    people = access.suggested(viewer())
    return render_template("feedback/choose.html", form=form, colleagues=people), status


def _about(person_id: int) -> tuple[Person, NoteForm, str]:
    """Whom it is about, the form for it, and who leads them in words."""
    me = viewer()
    person = web.get_or_404(access.colleagues_of(me), id=person_id)
    leaders = [one.called for one in access.leaders_of(person) if one.id != me.id]
    # Where only the viewer leads them, sharing it with the line still keeps it for the next lead.
    words = enumerated(leaders) if leaders else ("you" if me.leads(person) else "")
    return person, web.bind(NoteForm).of(person, words), words


@bp.get("/feedback/people/<int:person_id>/new")
@doors.signed_in
def new(person_id: int) -> Any:
    person, form, _ = _about(person_id)
    return _form_page(person, form)


@bp.post("/feedback/people/<int:person_id>")
@doors.signed_in
def create(person_id: int) -> Any:
    person, form, _ = _about(person_id)
    if not form.validate():
        return _form_page(person, form, 422)
    note = Note.give(
        person, by=viewer(), readers=form.readers.data, saw=form.saw.data, more=form.more.data
    )
    say = f"{person.first_name} reads it now. You can take it back for a day."
    back = f"/feedback?show=given&sent={person.id}"
    return go(back, say=say, undo=f"{note.url}/withdrawal")


def _form_page(person: Person, form: NoteForm, status: int = 200) -> Any:
    return render_template("feedback/form.html", person=person, form=form), status


# -- one of them -------------------------------------------------------------------------------


def _note_or_404(note_id: int, visible: Any = None) -> Note:
    query = access.notes_visible_to(viewer()) if visible is None else visible
    return web.get_or_404(Note.whole(query), id=note_id)  # type: ignore[no-any-return]


@bp.get("/feedback/<int:note_id>")
@doors.signed_in
def show(note_id: int) -> Any:
    return render_template("feedback/show.html", note=_note_or_404(note_id))


@bp.post("/feedback/<int:note_id>/acknowledgment")
@doors.signed_in
def acknowledge(note_id: int) -> Any:
    """In one tap: whoever gave it sees that it was read."""
    me, note = viewer(), _note_or_404(note_id)
    web.permit(note.about_id == me.id)
    note.acknowledge(by=me)
    say = f"{note.giver.first_name} sees that you have read it."
    return answer("feedback/_note.html", back="/feedback", say=say, note=note)


@bp.post("/feedback/<int:note_id>/withdrawal")
@doors.signed_in
def withdraw(note_id: int) -> Any:
    me, note = viewer(), _note_or_404(note_id)
    web.permit(note.giver_id == me.id)
    if not note.withdraw(by=me):
        return go("/feedback?show=given", say=GONE)
    say = "Taken back. Nobody reads it any more."
    return go("/feedback?show=given", say=say, undo=f"{note.url}/restoration")


@bp.post("/feedback/<int:note_id>/restoration")
@doors.signed_in
def restore(note_id: int) -> Any:
    me = viewer()
    note = _note_or_404(note_id, access.notes_taken_back_by(me))
    stands = note.restore(by=me)
    return go("/feedback?show=given", say="It stands again." if stands else "It stays taken back.")
