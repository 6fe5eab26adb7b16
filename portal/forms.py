"""The fields every form is made of: trimmed, bounded, strict, and kind in what they say.

WTForms validates; `templates/_controls.html` draws.
"""

import re
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    EmailField,
    Field,
    FileField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from portal import text

_EMAIL = re.compile(r"[^@\s,:;<>()\[\]\\\"]{1,64}@[^@\s,;<>()\[\]\\\"]{1,189}\.[^@\s.]{2,63}")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")


def _trim(value: Any) -> Any:
    """Text without its margins. A field that was not sent is an empty one, never None."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else value


def _fits(form: Form, field: Field) -> None:
    try:
        text.clean(field.data or "")
    except ValueError as error:
        raise StopValidation(str(error)) from error


def _one_line(form: Form, field: Field) -> None:
    if problem := problem_of_line(field.data or ""):
        raise StopValidation(problem)


def problem_of_line(value: str) -> str:
    """Why this cannot stand on one line of a page or in the head of a mail; empty when it can."""
    if any(mark in value for mark in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        return "Write this on one line."
    # How mails write foreign letters: a name that looks so could become another header.
    return "Write this without “=?”." if "=?" in value else ""


def line(label: str, max_chars: int, required: str = "", **kwargs: Any) -> StringField:
    """A line of text. `required` is the sentence to say when it is empty; without, it may be."""
    first = DataRequired(required) if required else Optional()
    limit = Length(max=max_chars, message=f"At most {max_chars} characters, please.")
    return StringField(label, [first, _fits, _one_line, limit], filters=[_trim], **kwargs)


def lines(label: str, max_chars: int, required: str = "", **kwargs: Any) -> TextAreaField:
    """Several lines of text."""
    first = DataRequired(required) if required else Optional()
    limit = Length(max=max_chars, message=f"At most {max_chars} characters, please.")
    return TextAreaField(label, [first, _fits, limit], filters=[_trim], **kwargs)


def email(label: str = "E-mail", required: str = "", **kwargs: Any) -> EmailField:
    """An e-mail address."""
    first = DataRequired(required) if required else Optional()
    return EmailField(label, [first, _fits, _one_line, _address], filters=[_trim], **kwargs)


def _address(form: Form, field: Field) -> None:
    if field.data and not is_email(field.data):
        raise ValidationError("This is not an e-mail address, like name@example.com.")


def is_email(value: str) -> bool:
    """Whether it looks like one address (not whether anybody reads it)."""
    # Without regard to case some letters become two, and that form is kept as well.
    fits = max(len(value), len(value.casefold())) <= 254
    return fits and _EMAIL.fullmatch(value) is not None


class StrictDateField(DateField):
    """A date as browsers send it, within living memory."""

    # A required one holds a date once the form is valid, which types cannot say.
    data: Any
    raw_data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            # A required one that holds only spaces is as empty as any.
            self.data, self.raw_data = None, []
            return
        self.data = None
        self.data = parse_day(valuelist[0].strip())


def parse_day(typed: str) -> date:
    """A date as 2026-11-30 and no other way. Raises ValueError with a sentence."""
    try:
        parsed = date.fromisoformat(typed if _DAY.fullmatch(typed) else "")
    except ValueError:
        raise ValueError("This is not a date, like 2026-11-30.") from None
    if not 1900 <= parsed.year <= 2200:
        raise ValueError("This year is out of reach.")
    return parsed


def day(label: str, required: str = "", **kwargs: Any) -> StrictDateField:
    """A date."""
    first = InputRequired(required) if required else Optional()
    return StrictDateField(label, [first], **kwargs)


class StrictIntegerField(IntegerField):
    """Digits and a sign: no underscores, no digits of other scripts."""

    raw_data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            self.raw_data = []
            return
        if not _INTEGER.fullmatch(valuelist[0].strip()):
            raise ValueError("This is not a whole number.")
        self.data = int(valuelist[0])


def number(label: str, low: int, high: int, required: str = "", **kwargs: Any) -> IntegerField:
    """A whole number between `low` and `high`."""
    first = InputRequired(required) if required else Optional()
    return StrictIntegerField(label, [first, _Between(low, high)], **kwargs)


class _Between(NumberRange):
    """Within the bounds, said only of what is a number at all."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low, high, f"A number from {low} to {high}, please.")

    def __call__(self, form: Form, field: Field) -> None:
        if not field.process_errors:
            super().__call__(form, field)


def choice(label: str, required: str = "", **kwargs: Any) -> SelectField:
    """One of the choices given later as `field.choices`."""
    first = DataRequired(required) if required else Optional()
    return SelectField(label, [first], validate_choice=True, filters=[_trim], **kwargs)


__all__ = [
    "FileField",
    "Form",
    "ValidationError",
    "choice",
    "day",
    "email",
    "is_email",
    "line",
    "lines",
    "number",
    "parse_day",
    "problem_of_line",
]
