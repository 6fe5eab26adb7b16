"""Offering to mentor, finding a mentor, asking, answering, ending."""

from collections import Counter
from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.growth import access, overview
from portal.growth.forms import MentorWishForm, OfferForm, RefusalForm, WordForm
from portal.growth.mentoring import Mentor, NotPossible
from portal.growth.mentorships import LEADS_YOU, Mentorship, is_led_by
from portal.growth.views import bp
from portal.hx import go, mark_sent
from portal.people.models import Person
from portal.people.session import viewer

ANSWERED = "It is not open any more."


@bp.get("/growth/mentors")
@doors.signed_in
def list_mentors() -> Any:
    """Who offers it, for what, and whether they have room; never for whom they do."""
    me = viewer()
    web.exists(access.can_enter(me))
    documents = access.competencies()
    wanted = _asked(documents)
    found = overview.mentors(me, wanted, web.page_number())
    return render_template(
        "growth/mentors.html",
        page=found,
        skills=Mentor.skills_of(found.rows),
        own=Mentor.of(me),
        mentorships=overview.mentorships(me),
        documents=documents,
        wanted=wanted,
        may_offer=access.can_offer(me),
        may_see_pairs=access.can_see_pairs(me),
    )


def _asked(documents: list[Any]) -> Any:
    """The competency that is filtered by; None for all."""
    slug = request.args.get("competency", "")
    return next((one for one in documents if one.slug == slug), None)


@bp.get("/growth/mentors/usage")
@doors.signed_in
def show_usage() -> Any:
    """How much of what is offered is in use, and who meets whom: HR."""
    me = viewer()
    web.exists(access.can_see_pairs(me))
    pairs = list(Mentorship.with_both(access.pairs(me)))
    return render_template(
        "growth/usage.html",
        mentors=overview.all_mentors(),
        pairs=pairs,
        # Of those who meet: that somebody has asked is known to the two.
        meeting=Counter(pair.mentor_id for pair in pairs),
    )


# -- one's own offer ---------------------------------------------------------------------------


@bp.get("/growth/mentors/offer")
@doors.signed_in
def edit_offer() -> Any:
    me = _who_may_offer()
    own = Mentor.of(me)
    skills = Mentor.skills_of([own])[own.id] if own else []
    said = {"capacity": own.capacity if own else 2, "line": own.line if own else ""}
    data = said | {"competencies": [str(one.id) for one in skills]}
    return _offer_page(OfferForm(data=data).of(access.competencies()), own)


def _who_may_offer() -> Person:
    me = viewer()
    web.exists(access.can_offer(me))
    return me


def _offer_page(form: OfferForm, own: Mentor | None, status: int = 200) -> Any:
    return render_template("growth/offer.html", form=form, own=own), status


@bp.post("/growth/mentors/offer")
@doors.signed_in
def offer() -> Any:
    me = _who_may_offer()
    form = web.bind(OfferForm).of(access.competencies())
    if not form.validate():
        return _offer_page(form, Mentor.of(me), 422)
    is_new = Mentor.of(me) is None
    Mentor.offer(me, by=me, **form.facts())
    said = "You are a mentor now. Whoever asks comes to your Today." if is_new else "Saved."
    return go("/growth/mentors", say=said, undo="/growth/mentors/offer/end" if is_new else "")


def _own_offer() -> Mentor:
    me = _who_may_offer()
    return web.get_or_404(access.own_offer(me))  # type: ignore[no-any-return]


@bp.post("/growth/mentors/offer/pause")
@doors.signed_in
def pause_offer() -> Any:
    _own_offer().pause(by=viewer())
    back = "/growth/mentors/offer/resumption"
    return go("/growth/mentors", say="Nobody new is sent to you for now.", undo=back)


@bp.post("/growth/mentors/offer/resumption")
@doors.signed_in
def resume_offer() -> Any:
    _own_offer().resume(by=viewer())
    return go("/growth/mentors", say="You may be asked again.")


@bp.post("/growth/mentors/offer/end")
@doors.signed_in
def end_offer() -> Any:
    _own_offer().end(by=viewer())
    back = "/growth/mentors/offer/resumption"
    said = "You are not on the list any more. Whom you mentor already stays with you."
    return go("/growth/mentors", say=said, undo=back)


# -- asking ------------------------------------------------------------------------------------


def _mentor(mentor_id: int) -> Mentor:
    visible = access.mentors_visible_to(viewer()).where(Mentor.person != viewer().id)
    return web.get_or_404(Mentor.with_people(visible), id=mentor_id)  # type: ignore[no-any-return]


@bp.get("/growth/mentors/<int:mentor_id>")
@doors.signed_in
def show_mentor(mentor_id: int) -> Any:
    """Who they are, what they offer, and the form to ask them."""
    mentor = _mentor(mentor_id)
    skills = Mentor.skills_of([mentor])[mentor.id]
    first = {"competency": str(skills[0].id)} if skills else {}
    return _mentor_page(mentor, MentorWishForm(data=first).of(skills))


def _mentor_page(mentor: Mentor, form: MentorWishForm, status: int = 200) -> Any:
    return render_template(
        "growth/mentor.html",
        mentor=mentor,
        skills=Mentor.skills_of([mentor])[mentor.id],
        open_one=overview.open_between(mentor, viewer()),
        may_ask=access.can_offer(viewer()),
        leads_you=LEADS_YOU if is_led_by(viewer(), mentor) else "",
        form=form,
    ), status


@bp.post("/growth/mentors/<int:mentor_id>/request")
@doors.signed_in
def ask_mentor(mentor_id: int) -> Any:
    me, mentor = viewer(), _mentor(mentor_id)
    web.permit(access.can_offer(me))
    form = web.bind(MentorWishForm).of(Mentor.skills_of([mentor])[mentor.id])
    if not form.validate():
        return _mentor_page(mentor, form, 422)
    try:
        asked = Mentorship.ask(mentor, me, by=me, competency=form.chosen, wish=form.wish.data or "")
    except NotPossible as error:
        form.competency.errors = [str(error)]
        return _mentor_page(mentor, form, 422)
    mark_sent(f"mentor-{mentor.id}")
    said = f"{mentor.person.first_name} has it on Today and answers you."
    return go(asked.url, say=said, undo=f"{asked.url}/withdrawal")


# -- the two -----------------------------------------------------------------------------------


def _mentorship(number: int) -> Mentorship:
    visible = Mentorship.with_both(access.mentorships_visible_to(viewer()))
    return web.get_or_404(visible, id=number)  # type: ignore[no-any-return]


@bp.get("/growth/mentorships/<int:mentorship_id>")
@doors.signed_in
def show_mentorship(mentorship_id: int) -> Any:
    return _mentorship_page(_mentorship(mentorship_id))


def _mentorship_page(mentorship: Mentorship, status: int = 200, **refused: Any) -> Any:
    forms: dict[str, Any] = {"yes": WordForm(), "no": RefusalForm(), **refused}
    return render_template(
        "growth/mentorship.html",
        mentorship=mentorship,
        is_mentor=mentorship.mentor_id == viewer().id,
        forms=forms,
        refused=next(iter(refused), ""),
    ), status


def _mark_answered(mentorship: Mentorship) -> None:
    """Whichever of the two was begun."""
    mark_sent(*(f"mentorship-{mentorship.id}-{word}" for word in ("yes", "no")))


@bp.post("/growth/mentorships/<int:mentorship_id>/acceptance")
@doors.signed_in
def accept_mentorship(mentorship_id: int) -> Any:
    me, mentorship = viewer(), _mentorship(mentorship_id)
    web.permit(mentorship.mentor_id == me.id)
    form = web.bind(WordForm)
    if not form.validate():
        return _mentorship_page(mentorship, 422, yes=form)
    if not mentorship.accept(form.word.data or "", by=me):
        return go(mentorship.url, say=ANSWERED)
    _mark_answered(mentorship)
    return go(mentorship.url, say=f"{mentorship.person.first_name} knows. Find a first date.")


@bp.post("/growth/mentorships/<int:mentorship_id>/refusal")
@doors.signed_in
def decline_mentorship(mentorship_id: int) -> Any:
    me, mentorship = viewer(), _mentorship(mentorship_id)
    web.permit(mentorship.mentor_id == me.id)
    form = web.bind(RefusalForm)
    if not form.validate():
        return _mentorship_page(mentorship, 422, no=form)
    if not mentorship.decline(form.word.data, by=me):
        return go(mentorship.url, say=ANSWERED)
    _mark_answered(mentorship)
    return go(mentorship.url, say=f"{mentorship.person.first_name} reads your word.")


@bp.post("/growth/mentorships/<int:mentorship_id>/withdrawal")
@doors.signed_in
def withdraw_mentorship(mentorship_id: int) -> Any:
    me, mentorship = viewer(), _mentorship(mentorship_id)
    web.permit(mentorship.person_id == me.id)
    is_back = mentorship.withdraw(by=me)
    return go("/growth/mentors", say="Taken back." if is_back else ANSWERED)


@bp.post("/growth/mentorships/<int:mentorship_id>/end")
@doors.signed_in
def end_mentorship(mentorship_id: int) -> Any:
    """Either of the two."""
    mentorship = _mentorship(mentorship_id)
    is_over = mentorship.end(by=viewer())
    return go(mentorship.url, say="It is over. Thank each other." if is_over else ANSWERED)
