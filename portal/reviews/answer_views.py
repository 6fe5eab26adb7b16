"""Saying something without one's name, once; and reading what was said when the step is over."""

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request

from portal import doors, web
from portal.hx import go
from portal.people.session import viewer
from portal.questionnaires.forms import MAX_BODY_BYTES
from portal.questionnaires.questionnaire import Answers, Refused, TooLong
from portal.reviews import access, said
from portal.reviews.answers import LEAST, NOTHING, Closed, Nominee
from portal.reviews.models import Review
from portal.reviews.steps import UPWARD
from portal.reviews.views import bp
from portal.reviews.writing import Help

A_DAY = timedelta(days=1)
SENT = "Sent, without your name. It cannot be changed any more."


def _nominee(nominee_id: int) -> Nominee:
    """Where the viewer is asked, or 404: nobody else has this page."""
    rows = Nominee.whole(access.nominations_of(viewer()))
    return web.get_or_404(rows, id=nominee_id)  # type: ignore[no-any-return]


@bp.get("/reviews/answers/<int:nominee_id>")
@doors.signed_in
def show_answer(nominee_id: int) -> Any:
    """The questions, with what holds before the first; or how it stands. Looking is not noted."""
    nominee = _nominee(nominee_id)
    if nominee.may_answer:
        return _page(nominee)
    return render_template("reviews/answer_state.html", nominee=nominee, **_words(nominee))


@bp.post("/reviews/answers/<int:nominee_id>")
@doors.signed_in
def send_answer(nominee_id: int) -> Any:
    """Send it, once. What cannot be sent is drawn again from what came in, and kept nowhere."""
    nominee = _nominee(nominee_id)
    try:
        answers, trouble = _posted(nominee)
    except Refused as error:
        abort(400, str(error))
    problems = {} if trouble else nominee.questionnaire.problems(answers)
    if not (problems or trouble) and not nominee.questionnaire.final(answers):
        trouble = NOTHING
    if nominee.may_answer and (problems or trouble):
        return _page(nominee, answers, problems, trouble, 422)
    try:
        is_sent = nominee.may_answer and nominee.answer(answers)
    except Closed:
        is_sent = False
    if not is_sent:
        return _unsent(_nominee(nominee_id), answers)
    return go(f"/reviews/answers/{nominee_id}", say=SENT)


def _posted(nominee: Nominee) -> tuple[Answers, str]:
    request.max_content_length = MAX_BODY_BYTES
    fields = ((name, request.form.getlist(name)) for name in request.form)
    try:
        return nominee.questionnaire.read(fields), ""
    except TooLong as error:
        return {}, str(error)


def _page(
    nominee: Nominee,
    answers: Answers | None = None,
    problems: dict[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> Any:
    return render_template(
        _part("answer"),
        nominee=nominee,
        questionnaire=nominee.questionnaire,
        beside=Help(nominee.questionnaire),
        answers=answers or {},
        problems=problems or {},
        trouble=trouble,
        many=nominee.how_many(),
        **_words(nominee),
    ), status


def _unsent(nominee: Nominee, answers: Answers) -> Any:
    """What was typed stays before their eyes, to be kept elsewhere: it was too late, or not the
    first."""
    page = _part("answer_unsent")
    return render_template(
        page, nominee=nominee, questionnaire=nominee.questionnaire, answers=answers
    ), 409


def _part(name: str) -> str:
    is_partial = request.htmx.partial  # type: ignore[attr-defined]
    return f"reviews/{'_' if is_partial else ''}{name}.html"


def _words(nominee: Nominee) -> dict[str, Any]:
    me, review, phase = viewer(), nominee.review, nominee.phase
    return {
        "reads": said.reads(review, phase, me),
        "least": LEAST,
        "is_upward": phase.name == UPWARD,
        "after": _after,
    }


def _after(last_day: date) -> date:
    """From when on it is read."""
    return last_day + A_DAY


# -- reading -----------------------------------------------------------------------------------


@bp.get("/reviews/<int:review_id>/said")
@doors.signed_in
def show_said(review_id: int) -> Any:
    """What colleagues and reports said, on a page of its own."""
    me = viewer()
    review = web.get_or_404(Review.whole(access.visible_to(me)), id=review_id)
    steps = said.of(review, me)
    web.exists(steps)
    return render_template("reviews/said.html", review=review, steps=steps)
