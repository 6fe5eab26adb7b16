"""Signing on somebody's behalf: for those without e-mail, by HR, with a note of how they agreed."""

from typing import Any

from flask import render_template, request

from portal import clock, doors, web
from portal.documents.models import Document
from portal.hx import go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.policies import access
from portal.policies.forms import OnBehalfForm, Posted, WhomForm, seal
from portal.policies.reading import Reading
from portal.policies.signing import Missed, TextChanged, sign
from portal.policies.views import bp, find, hand_of, told


@bp.get("/policies/<int:policy_id>/on-behalf")
@doors.signed_in
def new_on_behalf(policy_id: int) -> Any:
    """For whom? Then the text, as they are to read it."""
    document = _to_sign_for(policy_id)
    form = WhomForm(data={"person": request.args.get("person", "")[:254]})
    if "person" not in request.args:
        return _whom_page(document, form)
    if not form.validate() or form.found is None:
        return _whom_page(document, form, 422)
    if not access.can_sign_for(viewer(), form.found, document):
        form.person.errors = [_why_not(form.found)]
        return _whom_page(document, form, 422)
    return _page(document, form.found)


def _to_sign_for(policy_id: int) -> Document:
    document = find(policy_id)
    web.exists(access.can_write(viewer()))
    web.permit(document.state == "published")
    return document


def _why_not(person: Person) -> str:
    if person.id == viewer().id:
        return "Your own signature you give yourself, on the policy’s page."
    return f"This policy is not meant for {person.called}."


def _whom_page(document: Document, form: WhomForm, status: int = 200) -> Any:
    return render_template("policies/whom.html", document=document, form=form), status


def _page(document: Document, person: Person, status: int = 200, **more: Any) -> Any:
    reading = Reading.of(document, person)
    assert reading is not None
    context = {
        "document": document,
        "person": person,
        "reading": reading,
        "form": OnBehalfForm(),
        "sealed": seal(reading.seen(viewer())),
        "answers": {},
        "problems": {},
        "signs": reading.is_owed,
        "post_to": f"/policies/{document.id}/on-behalf/{person.id}",
    }
    is_partial = request.htmx.partial and reading.is_owed  # type: ignore[attr-defined]
    page = "policies/_reading.html" if is_partial else "policies/on_behalf.html"
    return render_template(page, **context | more), status


@bp.post("/policies/<int:policy_id>/on-behalf/<int:person_id>")
@doors.signed_in
def sign_on_behalf(policy_id: int, person_id: int) -> Any:
    me, agreed_at = viewer(), clock.now()
    document = _to_sign_for(policy_id)
    person: Person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.permit(access.can_sign_for(me, person, document))
    reading = Reading.of(document, person)
    assert reading is not None
    posted = Posted(OnBehalfForm, reading, me)
    if not posted.form.validate():
        return _page(document, person, 422, form=posted.form, answers=posted.answers)
    assert isinstance(posted.form, OnBehalfForm)
    hand = hand_of(me, posted, note=posted.form.note.data or "")
    try:
        done = sign(
            document, person, posted.seen, posted.answers, hand=hand, agreed_at=agreed_at, by=me
        )
    except TextChanged:
        return _page(document, person, 409, form=posted.form, has_changed=True)
    if isinstance(done, Missed):
        return _page(document, person, 422, **told(reading, posted, done))
    return go(
        f"/policies/receipts/{done.id}", say=f"Signed for {person.called}. This is the receipt."
    )
