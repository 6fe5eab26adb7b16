"""What the writer of a text hears when somebody has agreed to it or sent it back."""

from portal.documents.approvals import Approval
from portal.mail.letters import draw
from portal.mail.models import Letter, Message


def write_answer(letter: Letter) -> Message | None:
    """To whoever asked; None once they may not write documents any more."""
    approval = Approval.get_or_none(Approval.id == letter.facts["approval"])
    if approval is None or approval.waits:
        return None
    reader = approval.asked_by
    if not reader.is_active or not reader.is_hr:
        return None
    agreed = approval.outcome == "approved"
    return draw(
        "documents/answer",
        to=reader.email,
        # The outbox shows subjects, so it does not say which text.
        subject="Your text is approved and published" if agreed else "Your text was sent back",
        person=reader,
        approval=approval,
        document=approval.document,
        agreed=agreed,
    )
