"""Feedback: what is for me, from me and asked of me; one person's page; writing, acknowledging."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from portal import audit, doors, web
from portal.feedback import access, colleagues, exporting
from portal.feedback.asking import FeedbackRequest
from portal.feedback.forms import MAX_PEOPLE_CHARS, ChooseForm, NoteForm
from portal.feedback.models import Note
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise
from portal.hx import answer, go, mark_sent
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("feedback", __name__)

PAGE_ROWS = 20
LISTS = {"": "For me", "praise": "Praise for me", "given": "From me", "requests": "Requests"}
SHARED = {"shared": "Shared with me"}
GONE = "Its day is over: it stays."


@bp.app_template_global("may_write_about")
def may_write_about(person: Person) -> bool:
    """For the links on a colleague's page."""
    return access.can_write_about(viewer(), person)


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
    # Whoever leads reads what is shared with them; who did so once has it from then.
    lists = LISTS | SHARED if me.has_reports or access.notes_shared_with(me).exists() else LISTS
    chosen = request.args.get("show", "")
    chosen = chosen if chosen in lists else ""
    number = web.page_number()
    shown: dict[str, Any] = {}
    if chosen == "":
        shown["page"] = web.Page(Note.whole(access.notes_for(me)), number, PAGE_ROWS)
        shown["asked"] = access.asked_of(me)
    elif chosen == "shared":
        shown["page"] = web.Page(Note.whole(access.notes_shared_with(me)), number, PAGE_ROWS)
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
    return render_template("feedback/index.html", lists=lists, chosen=chosen, **shown)


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
    if sees_counts:
        audit.looked(me, person, about=person)
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
    """Names to choose from while one is typed, or several with commas between."""
    me = viewer()
    web.exists(access.can_use(me))
    typed = request.args.get("people") or request.args.get("person", "")
    offered = colleagues.offered(me, typed[:MAX_PEOPLE_CHARS])
    return render_template("feedback/_colleagues.html", colleagues=offered)


@bp.get("/feedback/export")
@doors.signed_in
def export() -> Any:
    """What was said to oneself and what one said, as a file."""
    me = viewer()
    web.exists(access.can_use(me))
    headers = {"Content-Disposition": 'attachment; filename="my-feedback.md"'}
    return Response(exporting.file_of(me), 200, headers, mimetype="text/markdown")


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
        try:
            person = colleagues.called(me, form.person.data)
        except colleagues.Unclear as unclear:
            form.person.errors = [str(unclear)]
        else:
            return go(f"/feedback/people/{person.id}/new")
    return _choose_page(form, 422)


def _choose_page(form: ChooseForm, status: int = 200) -> Any:
    offered = colleagues.offered(viewer())
    return render_template("feedback/choose.html", form=form, colleagues=offered), status


def note_form(person_id: int) -> tuple[Person, NoteForm]:
    """Whom it is about, and the form that says by name who leads them."""
    me = viewer()
    person = web.get_or_404(colleagues.of(me), id=person_id)
    return person, web.bind(NoteForm).of(person, access.leaders_of(person), me)


@bp.get("/feedback/people/<int:person_id>/new")
@doors.signed_in
def new(person_id: int) -> Any:
    return form_page(*note_form(person_id))


@bp.post("/feedback/people/<int:person_id>")
@doors.signed_in
def create(person_id: int) -> Any:
    person, form = note_form(person_id)
    if not form.validate():
        return form_page(person, form, 422)
    note = Note.give(
        person, by=viewer(), readers=form.readers.data, saw=form.saw.data, more=form.more.data
    )
    say = f"{person.first_name} reads it now. You can take it back for a day."
    mark_sent(f"feedback-{person.id}")
    return go("/feedback?show=given", say=say, undo=f"{note.url}/withdrawal")


def form_page(person: Person, form: NoteForm, status: int = 200, late: str = "") -> Any:
    """`late`: why what stands in it was not sent as the answer it was meant as."""
    return render_template("feedback/form.html", person=person, form=form, late=late), status


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
