"""Did it help: the manager's one question, and for HR how the answers are spread."""

from typing import Any

from flask import render_template
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import doors, forms, web
from portal.hx import go
from portal.learning import access, helped
from portal.learning.asked import asked_of
from portal.learning.helped import ANSWERS, MAX_NOTE_CHARS, Helped
from portal.learning.models import Completion
from portal.learning.views import bp
from portal.people.session import viewer


class AnswerForm(forms.Form):
    answer = RadioField(
        "Did it help?",
        [InputRequired("Choose one.")],
        choices=[SelectChoice(*each) for each in ANSWERS.items()],
    )
    note = forms.line("A sentence", MAX_NOTE_CHARS)


def _asked(completion_id: int) -> Completion:
    """A completion of which the viewer was asked, and nobody else's."""
    return web.get_or_404(asked_of(viewer()), id=completion_id)  # type: ignore[no-any-return]


def _page(completion: Completion, form: AnswerForm, status: int = 200) -> Any:
    return render_template(
        "learning/helped_question.html",
        completion=completion,
        person=completion.person,
        course=completion.course,
        given=Helped.of(completion),
        duty=helped.duty_of(completion),
        answers=ANSWERS,
        form=form,
    ), status


@bp.get("/learning/helped/<int:completion_id>")
@doors.signed_in
def ask_if_it_helped(completion_id: int) -> Any:
    return _page(_asked(completion_id), AnswerForm())


@bp.post("/learning/helped/<int:completion_id>")
@doors.signed_in
def say_if_it_helped(completion_id: int) -> Any:
    completion, form = _asked(completion_id), web.bind(AnswerForm)
    if not form.validate():
        return _page(completion, form, 422)
    return _say(completion, form.answer.data, form.note.data or "")


@bp.post("/learning/helped/<int:completion_id>/yes")
@doors.signed_in
def say_it_helped(completion_id: int) -> Any:
    """One tap on Today."""
    return _say(_asked(completion_id), "clearly", "")


def _say(completion: Completion, answer: str, note: str) -> Any:
    address = f"/learning/helped/{completion.id}"
    if not Helped.say(completion, answer, note, by=viewer()):
        return go(address, say="You have answered already.")
    return go("/", say=f"“{ANSWERS[answer]}”. Thank you.", undo=f"{address}/withdrawal")


@bp.post("/learning/helped/<int:completion_id>/withdrawal")
@doors.signed_in
def take_back_if_it_helped(completion_id: int) -> Any:
    completion = _asked(completion_id)
    Helped.take_back(completion, by=viewer())
    return go(f"/learning/helped/{completion.id}", say="Taken back.")


@bp.get("/learning/helped")
@doors.signed_in
def show_helped() -> Any:
    me = viewer()
    web.exists(access.can_manage(me))
    return render_template(
        "learning/helped.html",
        spreads=helped.spreads(access.visible_to(me)),
        fewest=helped.FEWEST,
    )
