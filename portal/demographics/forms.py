"""The five questions, none of which must be answered."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Optional

from portal import forms
from portal.demographics.questions import QUESTIONS, Question


def _field(question: Question) -> RadioField:
    allowed = [name for name, _ in question.offered]
    return RadioField(
        question.ask,
        [Optional(), AnyOf(allowed, "Choose one of these.")],
        choices=[SelectChoice(name, title) for name, title in question.offered],
        validate_choice=False,
        description=question.why,
    )


class AnswersForm(forms.Form):
    gender, age, disability, background, caring = map(_field, QUESTIONS)
