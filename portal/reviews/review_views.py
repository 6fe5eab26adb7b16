"""The page of one review: what may be read of it now, the talk, the signature, and the reply."""

from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request
from markupsafe import Markup

from portal import audit, clock, doors, text, web
from portal.hx import go, mark_sent
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.reviews import access, reading, receipts, said, sentences, sheet, standing
from portal.reviews.models import Review
from portal.reviews.reading_forms import RemarkForm, SignForm, TalkForm, seal, unseal
from portal.reviews.receipts import STATEMENT, Hand, TextChanged
from portal.reviews.remarks import Remark, TooLate
from portal.reviews.steps import MANAGER
from portal.reviews.views import bp


def found_or_404(review_id: int) -> Review:
    """A review of which the viewer may know, with its people, its cycle and the plan of that."""
    known = Review.with_plan(access.visible_to(viewer()))
    return web.get_or_404(known, id=review_id)  # type: ignore[no-any-return]


@bp.app_template_global("may_open_reviews")
def may_open_reviews(person: Person) -> bool:
    """For the tab in a person’s file: the same rule as the page it leads to."""
    return access.can_open(viewer(), person)


@bp.get("/reviews/people/<int:person_id>")
@doors.signed_in
def show_person(person_id: int) -> Any:
    """Somebody’s reviews, for HR and whoever stands above them."""
    me = viewer()
    person: Person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.exists(access.can_open(me, person))
    if person.id == me.id:
        return redirect("/reviews")
    page = web.Page(access.about(me, person), web.page_number())
    found = standing.of_many(page.rows)
    return render_template("reviews/person.html", person=person, page=page, found=found)


@bp.get("/reviews/<int:review_id>")
@doors.signed_in
def show(review_id: int) -> Any:
    return show_page(found_or_404(review_id))


def show_page(review: Review, status: int = 200, **refused: Any) -> Any:
    """All of one review that the viewer reads; `refused` carries the form that was, by its name."""
    me, today = viewer(), web.viewer_today()
    phases = said.phases_of(review, me)
    # Whoever is asked the days of a step later asks no database.
    review.cycle.__dict__["phases"] = phases
    seen = sheet.of(review, me)
    one = standing.of_known(review, phases, seen.parts)
    one.has_replied = seen.reply is not None
    sheet.note_reading(seen, me)
    is_in, is_own = access.is_in(me, review), review.person_id == me.id
    may_plan = access.can_plan_talk(me, review) and MANAGER in one.phases
    blank = {"talk": TalkForm(data={"day": review.talk_on}), "reply": RemarkForm()}
    forms = blank | refused
    forms["reply"].words.id = "reply-words"
    return render_template(
        "reviews/show.html",
        review=review,
        one=one,
        sheet=seen,
        is_in=is_in,
        is_own=is_own,
        back=_back(review, is_in and not is_own),
        said_steps=said.steps_of(review, me, phases),
        said=sentences.sentence(one, me, today) if is_in else _of_former(seen),
        action=sentences.action(one, me) if is_in else None,
        may_share=access.can_share(me, review) and one.is_sent("self") and not one.is_shared,
        may_plan=may_plan and review.released_at is None,
        may_release=may_plan and one.is_sent(MANAGER) and reading.may_be_released(review),
        last_day=reading.latest_talk(review) if may_plan else None,
        seal=_seal(seen) if access.can_sign(me, review) and seen.theirs else "",
        statement=STATEMENT,
        may_reply=access.can_reply(me, review) and seen.reply is None,
        may_add=lambda part: access.can_add_to(me, part, review),
        addendum_to=lambda part: _addendum(part.id, refused),
        guide=_guide(review) if _sees_guide(review, is_own, is_in) else "",
        session=_session_of(seen),
        today=today,
        forms=forms,
        refused=next(iter(refused), ""),
        refused_part=refused.get("part", 0),
    ), status


def _back(review: Review, is_of_another: bool) -> tuple[str, str]:
    """Where the page stands: among one’s own, one’s team’s, or in its cycle for HR."""
    me = viewer()
    if not is_of_another or access.leads(me, review):
        return "Reviews", "/reviews/team" if is_of_another else "/reviews"
    return review.cycle.title, review.cycle.url


def _addendum(part_id: int, refused: dict[str, Any]) -> RemarkForm:
    """What can be added to that form; with what was refused where it was sent to it."""
    is_refused = refused.get("part") == part_id
    form: RemarkForm = refused["addendum"] if is_refused else RemarkForm()
    form.words.id = f"added-{part_id}"
    return form


def _of_former(seen: sheet.Sheet) -> str:
    """To somebody who leads them no more."""
    who = seen.review.person.first_name
    if seen.former:
        return f"You reviewed {who} and lead them no more: you read what you wrote, and only that."
    return f"You were to review {who} and lead them no more. Nobody asks you any more."


def _seal(seen: sheet.Sheet) -> str:
    me = viewer()
    return seal(seen.review.id, me.id, seen.shown_hash, clock.now())


def _sees_guide(review: Review, is_own: bool, is_in: bool) -> bool:
    """Whoever leads the talk before it, the person from the release on."""
    return is_in and (not is_own or review.released_at is not None)


def _guide(review: Review) -> Markup:
    words = str(review.cycle.plan.get("guide") or "")
    # Sanitized as any text of ours is.
    return Markup(text.render_markdown(words)) if words else Markup("")  # noqa: S704


def _session_of(seen: sheet.Sheet) -> Any:
    return seen.placement.session if seen.placement else None


# -- sharing, the talk, the release ------------------------------------------------------------


@bp.post("/reviews/<int:review_id>/sharing")
@doors.signed_in
def share(review_id: int) -> Any:
    me, review = viewer(), found_or_404(review_id)
    web.permit(review.person_id == me.id)
    done = reading.share(review, by=me)
    lead = review.lead.first_name if review.lead_id else "Whoever leads you"
    said = f"Shared. {lead} reads it from now on." if done else "It is shared already."
    return go(review.url, say=said if done or review.shared_at else "There is nothing to share.")


@bp.post("/reviews/<int:review_id>/talk")
@doors.signed_in
def plan_talk(review_id: int) -> Any:
    me, review = viewer(), found_or_404(review_id)
    web.permit(access.can_plan_talk(me, review))
    form = web.bind(TalkForm)
    if not form.validate():
        return show_page(review, 422, talk=form)
    day: date = form.day.data
    try:
        reading.plan_talk(review, day, by=me)
    except ValueError as error:
        if review.released_at:
            return go(review.url, say=str(error))
        form.day.errors = [str(error)]
        return show_page(review, 422, talk=form)
    who, opens_on = review.person.first_name, reading.not_before(review)
    waits = opens_on is not None and day < opens_on
    when = f"from {web.day(opens_on)} on" if waits else "that day at the latest"
    return go(review.url, say=f"You talk on {web.day(day)}. {who} reads it {when}.")


@bp.post("/reviews/<int:review_id>/release")
@doors.signed_in
def release(review_id: int) -> Any:
    me, review = viewer(), found_or_404(review_id)
    web.permit(access.can_plan_talk(me, review))
    who = review.person.first_name
    if reading.release(review, by=me):
        return go(review.url, say=f"Released. {who} reads it from now on.")
    return go(review.url, say="Nothing was released: it was already, or is not ready for it.")


# -- read, signed, answered --------------------------------------------------------------------


@bp.post("/reviews/<int:review_id>/signature")
@doors.signed_in
def sign(review_id: int) -> Any:
    """“I have read this”: once, under what was shown."""
    me, review = viewer(), found_or_404(review_id)
    web.permit(review.person_id == me.id and review.released_at)
    posted = web.bind(SignForm)
    shown = unseal(posted.seal.data or "", review.id, me.id)
    if shown is None:
        abort(400, "This page was not made for this signature. Open the review again.")
    hand = Hand(me.device.how, request.remote_addr or "", request.headers.get("User-Agent", ""))
    try:
        receipt = receipts.sign(
            review,
            *shown,
            now_shown=lambda: _hash_now(review),
            hand=hand,
            by=me,
        )
    except TextChanged:
        return show_page(found_or_404(review_id), 409, changed=True)
    said = "Signed: you have read it." if receipt else "There is nothing to sign yet."
    return go(f"{review.url}#reply", say=said)


def _hash_now(review: Review) -> str:
    seen = sheet.of(review, viewer())
    return seen.shown_hash if seen.theirs else ""


@bp.get("/reviews/<int:review_id>/receipt")
@doors.signed_in
def show_receipt(review_id: int) -> Any:
    """The signature with what binds it: for the person, the line and HR."""
    me, review = viewer(), found_or_404(review_id)
    receipt = access.receipt_of(me, review)
    web.exists(receipt)
    assert receipt is not None
    audit.looked(me, receipt, about=review.person)
    return render_template(
        "reviews/receipt.html",
        review=review,
        receipt=receipt,
        reader=receipt.reader,
        is_own=review.person_id == me.id,
    )


@bp.post("/reviews/<int:review_id>/reply")
@doors.signed_in
def reply(review_id: int) -> Any:
    me, review = viewer(), found_or_404(review_id)
    web.permit(review.person_id == me.id)
    form = web.bind(RemarkForm)
    if not form.validate():
        return show_page(review, 422, reply=form)
    try:
        made = Remark.reply(review, form.words.data or "", by=me)
    except TooLate:
        return show_page(review, 409, reply=_too_late(form))
    if made:
        mark_sent(f"review-{review.id}-reply")
    said = "Sent." if made else "You have replied already: what you sent stays as it is."
    return go(f"{review.url}#reply", say=said)


def _too_late(form: RemarkForm) -> RemarkForm:
    form.words.errors = ["The time for it is over. What you wrote is still in the field."]
    return form


@bp.post("/reviews/parts/<int:part_id>/addenda")
@doors.signed_in
def add(part_id: int) -> Any:
    """An author adds to what they wrote: nothing that was sent is changed."""
    me = viewer()
    part = web.get_or_404(access.written_by(me), id=part_id)
    review = found_or_404(part.review_id)
    form = web.bind(RemarkForm)
    if not form.validate():
        return show_page(review, 422, addendum=form, part=part.id)
    try:
        Remark.add(part, form.words.data or "", by=me)
    except TooLate:
        return show_page(review, 409, addendum=_too_late(form), part=part.id)
    mark_sent(f"review-part-{part.id}")
    return go(f"{review.url}#part-{part.id}", say="Added, with today’s date.")
