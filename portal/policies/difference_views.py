"""What somebody was shown who signed a difference: the very bytes, found from the receipt."""

from typing import Any

from flask import render_template

from portal import audit, doors, web
from portal.people.session import viewer
from portal.policies import access
from portal.policies.differences import ShownDifference
from portal.policies.views import bp


@bp.get("/policies/receipts/<int:receipt_id>/shown")
@doors.signed_in
@doors.also_for("audit")
def show_shown(receipt_id: int) -> Any:
    """For whoever signed it, HR and auditors. Where the whole text was shown there is no such page:
    the receipt leads to the text."""
    me = viewer()
    receipt = web.get_or_404(access.signatures_visible_to(me), id=receipt_id)
    shown = ShownDifference.of(receipt.shown_hash)
    web.exists(shown is not None and receipt.since_revision_id)
    audit.looked(me, receipt, about=receipt.person)
    signature = receipt.signature
    return render_template(
        "policies/shown.html",
        receipt=receipt,
        shown=shown,
        document=receipt.document,
        who=signature.name if signature else receipt.person.called,
        is_own=receipt.person_id == me.id,
    )
