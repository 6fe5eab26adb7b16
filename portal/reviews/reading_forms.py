"""What is asked on the page of a review: the day of the talk, a reply, an addition, a signature."""

from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from portal import forms, web
from portal.reviews.remarks import MAX_CHARS


class TalkForm(forms.Form):
    day = forms.day("You talk on", required="Choose the day on which you talk.")


class RemarkForm(forms.Form):
    words = forms.lines("What you want to say", MAX_CHARS, required="Write something first.")


class SignForm(forms.Form):
    seal = forms.line("Seal", 1_000)


def _serializer() -> URLSafeSerializer:
    # The last key signs, all are accepted: a page opened before the key changed can be signed.
    return URLSafeSerializer(web.secret_keys()[::-1], salt="review")


def seal(review_id: int, person_id: int, shown_hash: str, shown_at: datetime) -> str:
    """What goes with the page, so that nothing else is signed than what was put before them."""
    said = [review_id, person_id, shown_hash, shown_at.isoformat()]
    return str(_serializer().dumps(said))


def unseal(sealed: str, review_id: int, person_id: int) -> tuple[str, datetime] | None:
    """The hash of what was shown and when; None where it does not come from such a page."""
    try:
        said: Any = _serializer().loads(sealed)
        review, person, shown_hash, shown_at = said
        if (review, person) != (review_id, person_id):
            return None
        return str(shown_hash), datetime.fromisoformat(shown_at)
    except (BadSignature, TypeError, ValueError):
        return None
