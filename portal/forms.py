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

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]{1,64}@[^@\s,;<>()\[\]\\\"]{1,189}\.[^@\s.]{2,63}")


def _trim(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _fits(form: Form, field: Field) -> None:
    try:
        text.clean(field.data or "")
    except ValueError as error:
        raise StopValidation(str(error)) from error


def _one_line(form: Form, field: Field) -> None:
    if any(mark in (field.data or "") for mark in "\r\n"):
        raise StopValidation("Write this on one line.")


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
    return len(value) <= 254 and _EMAIL.fullmatch(value) is not None


class StrictDateField(DateField):
    """A date as browsers send it, within living memory."""

    # A required one holds a date once the form is valid, which types cannot say.
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError("This is not a date, like 2026-11-30.") from None
        if not 1900 <= self.data.year <= 2200:
            raise ValueError("This year is out of reach.")


def day(label: str, required: str = "", **kwargs: Any) -> StrictDateField:
    """A date."""
    first = InputRequired(required) if required else Optional()
    return StrictDateField(label, [first], **kwargs)


def number(label: str, low: int, high: int, required: str = "", **kwargs: Any) -> IntegerField:
    """A whole number between `low` and `high`."""
    first = InputRequired(required) if required else Optional()
    bounds = NumberRange(low, high, f"A number from {low} to {high}, please.")
    return IntegerField(label, [first, bounds], **kwargs)


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
]
