"""What is asked of whoever sets a pay band."""

import re
from datetime import date, timedelta
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, web
from portal.careers.bands import (
    EVERYONE,
    HOLDERS,
    HR,
    LEADS,
    MAX_AMOUNT,
    MAX_LEVEL,
    MAX_ROLE,
    PayBand,
)

FIRST_DAY = date(2000, 1, 1)
MAX_AHEAD_DAYS = 3 * 366
SHOWN = {
    HR: "HR alone",
    LEADS: "HR, and who leads somebody on this rung or one step below it",
    HOLDERS: "The same, and the people on this rung and one step below it",
    EVERYONE: "Everybody who works here",
}
# The same in a line of a table.
TOLD = {
    HR: "HR alone",
    LEADS: "HR and their leads",
    HOLDERS: "HR, their leads and themselves",
    EVERYONE: "Everybody here",
}
_CURRENCY = re.compile(r"[A-Z]{3}")


class PlaceForm(forms.Form):
    """For which role and level."""

    role = forms.line("Role", MAX_ROLE, required="Write the role as people’s positions have it.")
    level = forms.line("Level", MAX_LEVEL)


class AmountsForm(forms.Form):
    """A band for a role that is known: from where to where, since when, and who may see it."""

    currency = forms.line("Currency", 3, required="Write three letters, like EUR.")
    low = forms.number("From, a year", 1, MAX_AMOUNT, required="Write a whole number.")
    high = forms.number("To, a year", 1, MAX_AMOUNT, required="Write a whole number.")
    shown_to = RadioField(
        "Who may see it",
        validators=[InputRequired("Choose who may see it.")],
        choices=[SelectChoice(key, words) for key, words in SHOWN.items()],
    )
    starts_on = forms.day("Counts from", required="Say from which day it counts.")

    def validate_currency(self, field: Any) -> None:
        field.data = field.data.upper()
        if not _CURRENCY.fullmatch(field.data):
            raise forms.ValidationError("Write three letters, like EUR.")

    def validate_high(self, field: Any) -> None:
        if field.data and self.low.data and field.data < self.low.data:
            raise forms.ValidationError("This is lower than where it begins.")

    def validate_starts_on(self, field: Any) -> None:
        _check_day(field.data)

    def amounts(self) -> dict[str, Any]:
        names = ("currency", "low", "high", "shown_to", "starts_on")
        return {name: getattr(self, name).data for name in names}


class BandForm(PlaceForm, AmountsForm):
    """A band for a role that has none yet."""


class EndForm(forms.Form):
    """From which day on there is no band."""

    ends_on = forms.day("No band from", required="Say from which day on there is none.")

    band: PayBand | None = None

    def validate_ends_on(self, field: Any) -> None:
        _check_day(field.data)
        if field.data and self.band and field.data <= self.band.starts_on:
            raise forms.ValidationError("This is not after the day on which the band began.")


def _check_day(day: date | None) -> None:
    if day is None:
        return
    last = web.viewer_today() + timedelta(days=MAX_AHEAD_DAYS)
    if not FIRST_DAY <= day <= last:
        raise forms.ValidationError("A day between the year 2000 and three years from now.")
