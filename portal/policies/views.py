"""Policies: the library, reading and signing, the exact texts, and receipts."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from portal import audit, clock, doors, web
from portal.documents import keeping
from portal.documents import library as documents_library
from portal.documents.access import can_confirm
from portal.documents.models import Document
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer
from portal.policies import access, library, people
from portal.policies.forms import Posted, SignForm, seal
from portal.policies.models import KIND, Acknowledgment
from portal.policies.reading import Reading, answered
from portal.policies.signing import Hand, Missed, TextChanged, sign

bp = Blueprint("policies", __name__)

IDENTIFIED = {
    "code": "by a code sent to their e-mail address",
    "link": "by a link from the command line",
    "demo": "by choosing a name, as this portal shows sample data",
}


@bp.get("/policies")
@doors.signed_in
@doors.also_for("audit")
def index() -> Any:
    me = viewer()
    web.exists(not me.came_by_pass or me.is_auditor)
    words = request.args.get("q", "")[:100].strip()
    found = library.entries(me, words)
    to_sign = sorted((entry for entry in found if entry.is_to_sign), key=library.urgency)
    sees_all = me.is_hr or me.is_auditor
    partial = request.htmx.partial  # type: ignore[attr-defined]
    return render_template(
        "policies/_rows.html" if partial else "policies/index.html",
        words=words,
        to_sign=to_sign,
        signed=[entry for entry in found if entry.last and not entry.is_to_sign],
        entries=found,
        sees_all=sees_all,
        # Whoever has nothing of their own here looks at all of them.
        shows_all=sees_all and (not me.is_staff or request.args.get("list") == "all"),
        may_write=access.can_write(me),
    )


def find(policy_id: int) -> Document:
    """The policy, if the viewer may know of it, with its text in force."""
    visible = library.with_texts(access.visible_to(viewer()))
    return web.get_or_404(visible, id=policy_id)  # type: ignore[no-any-return]


@bp.get("/documents/policy/<slug>")
@doors.signed_in
def lead_here(slug: str) -> Any:
    """A policy has one page, whichever room one comes from."""
    document = web.get_or_404(access.visible_to(viewer()), kind=KIND, slug=slug)
    return redirect(f"/policies/{document.id}", 303)


@bp.get("/policies/<int:policy_id>")
@doors.signed_in
@doors.also_for("audit")
def show(policy_id: int) -> Any:
    me, document = viewer(), find(policy_id)
    return page_of(document, Reading.of(document, me, document.material))


def page_of(
    document: Document, reading: Reading | None, status: int = 200, **more: Any
) -> tuple[str, int]:
    """The policy to read and, where it is theirs to sign, to sign; for htmx what may be signed."""
    me = viewer()
    signs = reading is not None and reading.is_owed and access.can_sign(me, document)
    context: dict[str, Any] = {
        "document": document,
        "reading": reading,
        "signs": signs,
        "form": SignForm(),
        "sealed": seal(reading.seen(me)) if reading and signs else "",
        "answers": {},
        "problems": {},
        "post_to": f"/policies/{document.id}/signature",
        **more,
    }
    if request.htmx.partial and signs:  # type: ignore[attr-defined]
        return render_template("policies/_reading.html", **context), status
    may_write = access.can_write(me)
    sees = access.can_see_signatures(me, document)
    return render_template(
        "policies/show.html",
        **context,
        may_write=may_write,
        may_see=sees,
        may_follow=me.has_reports and not sees and people.can_see(me, document),
        may_confirm=can_confirm(me, document),
        # Whoever has to sign needs no word on when it was last looked at.
        confirmed=keeping.Confirmation.last_of(document)
        if document.review_on and not signs
        else None,
        figure=library.figures([document.id], me.today()).get(document.id) if sees else None,
        history=documents_library.history_of(document) if sees else [],
    ), status


def _to_sign(policy_id: int) -> tuple[Document, Reading]:
    me, document = viewer(), find(policy_id)
    web.permit(access.can_sign(me, document))
    reading = Reading.of(document, me)
    assert reading is not None
    return document, reading


@bp.post("/policies/<int:policy_id>/signature")
@doors.signed_in
def create(policy_id: int) -> Any:
    """Sign: once, under the words that were shown, with the questions answered."""
    me = viewer()
    agreed_at = clock.now()
    document, reading = _to_sign(policy_id)
    posted = Posted(SignForm, reading, me)
    if not posted.form.validate():
        return page_of(document, reading, 422, form=posted.form, answers=posted.answers)
    try:
        hand = hand_of(me, posted)
        done = sign(
            document, me, posted.seen, posted.answers, hand=hand, agreed_at=agreed_at, by=me
        )
    except TextChanged:
        return page_of(document, Reading.of(document, me), 409, has_changed=True)
    if isinstance(done, Missed):
        return page_of(document, reading, 422, **told(reading, posted, done))
    return go(f"/policies/receipts/{done.id}", say="Signed. This is your receipt.")


def told(reading: Reading, posted: Posted, missed: Missed) -> dict[str, Any]:
    """What the page shows after a wrong answer: what was chosen, and where the answer stands."""
    given = posted.answers
    words = {
        key: "This is not right." if given.get(key) else "Choose an answer." for key in missed.wrong
    }
    return {"form": posted.form, "answers": given, "problems": words}


def hand_of(by: Person, posted: Posted, note: str = "") -> Hand:
    """How the portal knows who signs, and from where."""
    return Hand(
        identified_by=by.device.how,
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", ""),
        typed_name=posted.form.typed_name.data or "",
        note=note,
    )


# -- what was signed ---------------------------------------------------------------------------


@bp.get("/policies/<int:policy_id>/texts/<int:number>")
@doors.signed_in
@doors.also_for("audit")
def show_text(policy_id: int, number: int) -> Any:
    """The exact words of a text, for whoever signed it, HR and auditors."""
    me, document = viewer(), find(policy_id)
    revision = web.get_or_404(access.texts_visible_to(me, document), number=number)
    mine = [one for one in Acknowledgment.of(document.id, me.id) if one.revision_id == revision.id]
    return render_template(
        "policies/text.html",
        document=document,
        revision=revision,
        mine=mine,
        may_see=access.can_see_signatures(me, document),
    )


@bp.get("/policies/receipts/<int:receipt_id>")
@doors.signed_in
@doors.also_for("audit")
def show_receipt(receipt_id: int) -> Any:
    me = viewer()
    receipt = web.get_or_404(library.receipts(access.signatures_visible_to(me)), id=receipt_id)
    audit.looked(me, receipt, about=receipt.person)
    return render_template(
        "policies/receipt.html",
        receipt=receipt,
        signature=receipt.signature,
        revision=receipt.revision,
        document=receipt.document,
        is_own=receipt.person_id == me.id,
        identified=IDENTIFIED.get(receipt.identified_by, f"as “{receipt.identified_by}”"),
        questions=answered(receipt),
    )


@bp.get("/policies/<int:policy_id>/signatures")
@doors.signed_in
@doors.also_for("audit")
def show_signatures(policy_id: int) -> Any:
    """Who signed which text, and when: for HR and auditors."""
    me, document = viewer(), find(policy_id)
    web.exists(access.can_see_signatures(me, document))
    words = request.args.get("q", "")[:100].strip()
    rows = library.signatures_of(document, access.signatures_visible_to(me), words)
    partial = request.htmx.partial  # type: ignore[attr-defined]
    return render_template(
        "policies/_signatures.html" if partial else "policies/signatures.html",
        document=document,
        words=words,
        page=web.Page(rows, web.page_number()),
        figure=library.figures([document.id], me.today()).get(document.id),
        may_sign_for=me.is_hr and document.state == "published",
    )
