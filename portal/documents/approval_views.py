"""Asking for an approval and giving it; and looking at a text again by its day."""

from typing import Any

from flask import render_template

from portal import doors, text, web
from portal.documents import access, keeping
from portal.documents.approvals import Approval
from portal.documents.editing_views import both_texts, editor
from portal.documents.forms import (
    NOBODY,
    ApproverForm,
    ChangeForm,
    ConfirmForm,
    EditorForm,
    SendBackForm,
)
from portal.documents.head import Named, find
from portal.documents.models import Conflict, Document, check
from portal.documents.views import bp, to_write
from portal.hx import go, mark_sent
from portal.people.session import viewer

TOO_LATE = "It was answered already, or somebody else is asked now."


@bp.post("/documents/<kind>/<slug>/approvals")
@doors.signed_in
def ask_for_approval(kind: str, slug: str) -> Any:
    """Put exactly this text before whoever has to agree, or whom the writer picks."""
    document = to_write(kind, slug)
    form = web.bind(EditorForm)
    checked = check(kind, form.source.data or "", draw=False)
    if not form.validate() or checked.errors:
        return editor(document, form, document.draft(), 422)
    writers = document.draft().writer_ids | {viewer().id}
    whom = document.approver_of(checked.head, writers) or _picked(form)
    if whom is None:
        return editor(document, form, document.draft(), 422)
    try:
        approval = Approval.ask(
            document,
            form.source.data,
            whom,
            by=viewer(),
            note=form.note.data or "",
            is_material=form.is_material,
            version=form.version.data,
        )
    except Conflict:
        return both_texts(document, form)
    except ValueError as error:
        form.approver.errors = [str(error)]
        return editor(document, form, document.draft(), 422)
    mark_sent(f"document-{document.id}")
    return go(f"/documents/approvals/{approval.id}", say=f"Asked. It is with {approval.whom} now.")


def _picked(form: EditorForm) -> Named | None:
    """Whom the writer asks of their own accord; None with a sentence at the field."""
    typed = form.approver.data or ""
    whom = find(typed) if typed else None
    if whom is None:
        form.approver.errors = [NOBODY if typed else "Say who has to agree."]
    return whom


@bp.get("/documents/approvals/<int:approval_id>")
@doors.signed_in
def show_approval(approval_id: int) -> Any:
    return _page(_find(approval_id))


def _find(approval_id: int) -> Approval:
    visible = Approval.with_people(access.approvals_visible_to(viewer()))
    approval: Approval = web.get_or_404(visible, id=approval_id)
    return approval


def _page(approval: Approval, status: int = 200, **invalid: Any) -> Any:
    """The text as it was asked, with what changes; `invalid` carries the form that was refused."""
    me = viewer()
    document = approval.document
    forms = {"back_form": SendBackForm(), "approver_form": ApproverForm(), **invalid}
    may_read = access.can_read_text(me, approval)
    before = document.current if approval.waits else None
    return render_template(
        "documents/approval.html",
        approval=approval,
        document=document,
        kind=document.kind_of,
        may_read=may_read,
        checked=check(document.kind, approval.source) if may_read else None,
        changes=text.diff_lines(before.source, approval.source) if before and may_read else None,
        may_decide=access.can_decide(me, approval),
        may_change=access.can_change_approval(me, approval),
        may_write=access.can_write(me),
        **forms,
    ), status


@bp.post("/documents/approvals/<int:approval_id>/agreement")
@doors.signed_in
def approve(approval_id: int) -> Any:
    approval = _find(approval_id)
    web.permit(access.can_decide(viewer(), approval))
    try:
        revision = approval.approve(by=viewer())
    except ValueError as error:
        return _page(approval, 422, stuck=str(error))
    here = f"/documents/approvals/{approval.id}"
    if revision is None:
        return go(here, say=TOO_LATE)
    return go(here, say=f"You have agreed. It is published as revision {revision.number}.")


@bp.post("/documents/approvals/<int:approval_id>/return")
@doors.signed_in
def send_back(approval_id: int) -> Any:
    approval = _find(approval_id)
    web.permit(access.can_decide(viewer(), approval))
    form = web.bind(SendBackForm)
    if not form.validate():
        return _page(approval, 422, back_form=form)
    here = f"/documents/approvals/{approval.id}"
    if not approval.send_back(form.comment.data, by=viewer()):
        return go(here, say=TOO_LATE)
    return go(here, say=f"Sent back. {approval.asked_by.first_name} gets your words by mail.")


@bp.post("/documents/approvals/<int:approval_id>/withdrawal")
@doors.signed_in
def withdraw_approval(approval_id: int) -> Any:
    approval = _find(approval_id)
    web.permit(access.can_change_approval(viewer(), approval))
    approval.withdraw(by=viewer())
    return go(f"{approval.document.url}/edit", say="Withdrawn. The draft is as it was.")


@bp.post("/documents/approvals/<int:approval_id>/approver")
@doors.signed_in
def change_approver(approval_id: int) -> Any:
    approval = _find(approval_id)
    web.permit(access.can_change_approval(viewer(), approval))
    form = web.bind(ApproverForm)
    whom = form.named() if form.validate() else None
    if whom is not None and not whom.hands():
        form.approver.errors, whom = [f"Nobody holds {whom.called} at the moment."], None
    if whom is None:
        return _page(approval, 422, approver_form=form)
    try:
        approval.put_before(whom, by=viewer())
    except ValueError as error:
        form.approver.errors = [str(error)]
        return _page(approval, 422, approver_form=form)
    return go(f"/documents/approvals/{approval.id}", say=f"{approval.whom} is asked now.")


# -- looking at a text again -------------------------------------------------------------------


@bp.get("/documents/reviews/<int:document_id>")
@doors.signed_in
def show_review(document_id: int) -> Any:
    return _review(_to_confirm(document_id), ChangeForm())


def _to_confirm(document_id: int) -> Document:
    me = viewer()
    document: Document = web.get_or_404(access.visible_to(me), id=document_id)
    web.exists(access.can_confirm(me, document))
    return document


def _review(document: Document, form: ChangeForm, status: int = 200) -> Any:
    return render_template(
        "documents/review.html",
        document=document,
        kind=document.kind_of,
        revision=document.current,
        confirmed=keeping.Confirmation.last_of(document),
        next_on=keeping.next_on(document),
        form=form,
        may_write=access.can_write(viewer()),
    ), status


@bp.post("/documents/reviews/<int:document_id>/confirmation")
@doors.signed_in
def confirm(document_id: int) -> Any:
    """Looked at and still right."""
    document = _to_confirm(document_id)
    form = web.bind(ConfirmForm)
    if not form.validate():
        return _review(document, ChangeForm(), 409)
    try:
        keeping.confirm(document, form.number.data, by=viewer())
    except Conflict:
        return _review(document, ChangeForm(), 409)
    return go(document.url, say=f"Thank you. Next time: {web.day(document.review_on)}.")


@bp.post("/documents/reviews/<int:document_id>/change")
@doors.signed_in
def pass_on(document_id: int) -> Any:
    """Not right any more, and whoever keeps it cannot write: HR is asked to."""
    document = _to_confirm(document_id)
    form = web.bind(ChangeForm)
    if not form.validate():
        return _review(document, form, 422)
    keeping.pass_on(document, form.reason.data, by=viewer())
    return go(document.url, say="HR knows, and changes it.")
