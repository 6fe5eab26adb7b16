"""The audit trail and the outbox."""

from typing import Any

from flask import Blueprint, current_app, render_template, request

from portal import audit, doors, web
from portal.mail.models import Letter, kinds
from portal.people.session import viewer
from portal.trust import access, words

bp = Blueprint("trust", __name__)


@bp.get("/audit")
@doors.signed_in
def trail() -> Any:
    me = viewer()
    web.exists(access.can_see_trail(me))
    chosen = request.args.get("kind", "")[:40]
    events = access.visible_to(me)
    if chosen:
        events = events.where(audit.Event.subject_kind == chosen)
    about = web.number(request.args.get("about", ""))
    if about is not None:
        events = events.where(audit.Event.about_id == about)
    page = web.Page(events.order_by(audit.Event.seq.desc()), web.page_number())
    return render_template(
        "trust/trail.html",
        page=page,
        days=words.by_day(page.rows),
        chosen=chosen,
        may_see_looks=access.can_see_looks(me),
        kinds={kind: said for kind, said in words.KINDS.items() if kind in access.kinds_for(me)},
    )


@bp.get("/audit/looks")
@doors.signed_in
def looks() -> Any:
    """Who has read papers, answers and the like; `?about=` narrows it to one person's."""
    me = viewer()
    web.exists(access.can_see_looks(me))
    person_id = web.number(request.args.get("about", ""))
    page = web.Page(access.looks_visible_to(me, person_id), web.page_number())
    shown = [word for look in page.rows for word in (look.person_id, look.about_id)]
    return render_template(
        "trust/looks.html",
        page=page,
        names=words.names(shown),
        kinds=words.KINDS,
        narrowed=person_id is not None,
    )


@bp.post("/audit/verification")
@doors.signed_in
def verify() -> Any:
    """Walk the whole chain now and say what was found."""
    me = viewer()
    web.exists(access.can_see_trail(me))
    return render_template("trust/verdict.html", verdict=audit.verify())


@bp.get("/letters")
@doors.signed_in
def letters() -> Any:
    me = viewer()
    web.exists(access.can_see_letters(me))
    page = web.Page(Letter.newest_first(), web.page_number())
    return render_template(
        "trust/letters.html",
        page=page,
        recipients=words.names(letter.person_id for letter in page.rows),
        kinds=kinds,
        has_smtp=current_app.config["HAS_SMTP"],
        may_read=current_app.config["DEMO"],
    )


@bp.get("/letters/<int:letter_id>")
@doors.signed_in
def letter(letter_id: int) -> Any:
    """A letter's text as it would be written now: in the demo only, bodies are private."""
    me = viewer()
    web.exists(access.can_see_letters(me) and current_app.config["DEMO"])
    found = web.get_or_404(Letter.newest_first(), id=letter_id)
    kind = kinds.get(found.kind)
    message = (kind.shown or kind.render)(found) if kind else None
    return render_template("trust/letter.html", letter=found, message=message)
