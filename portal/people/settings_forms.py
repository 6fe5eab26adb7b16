"""What the settings pages take."""

import re
from datetime import date
from typing import Any

from portal import forms, text
from portal.people.forms import zone_choices
from portal.people.functions import HR, Function
from portal.people.grants import GRANT_WORDS, Grant
from portal.people.models import Person
from portal.people.org import Location

MAX_ADDRESSES = 3
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class CompanyForm(forms.Form):
    name = forms.line("Company name", 120, required="Type the company’s name.")
    zone = forms.choice("Time zone", required="Choose a time zone.")
    hue = forms.number("Accent color (hue)", 0, 359, required="A hue from 0 to 359.")
    digest_hour = forms.number("Hour of the daily mail", 0, 23, required="An hour from 0 to 23.")
    currency = forms.line("Currency", 3)
    checkpoint_to = forms.line("Who keeps the checkpoints", 800)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = zone_choices()

    def validate(self, extra_validators: Any = None) -> bool:
        """Three letters; nothing typed leaves it at euros."""
        self.currency.data = (self.currency.data or "EUR").upper()
        is_valid = bool(super().validate(extra_validators))
        if not re.fullmatch("[A-Z]{3}", self.currency.data) and not self.currency.errors:
            self.currency.errors = ["Three letters, like EUR, USD or CHF."]
        return is_valid and not self.currency.errors

    def validate_checkpoint_to(self, field: Any) -> None:
        """Addresses, however they are parted; kept with a space between them."""
        found = list(dict.fromkeys(re.split(r"[\s,;]+", (field.data or "").strip(" ,;"))))
        if len(found) > MAX_ADDRESSES:
            raise forms.ValidationError("At most three addresses, please.")
        wrong = [address for address in found if address and not forms.is_email(address)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0]}” is not an e-mail address.")
        field.data = " ".join(found)


class LocationForm(forms.Form):
    """A place, the days it works and the holidays it keeps, one on a line."""

    # The settings page shows this form beside the company's and the grants', so the ids differ.
    name = forms.line("Name", 120, required="Type the name of the place.", id="place-name")
    zone = forms.choice("Time zone", required="Choose a time zone.", id="place-zone")
    weekdays = forms.line("Working days", 40, required="Type the days, like Mon-Fri.")
    holidays = forms.lines("Holidays", 20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = zone_choices()

    @classmethod
    def showing(cls, location: Location) -> "LocationForm":
        days = ", ".join(DAYS[int(digit)] for digit in location.weekdays)
        kept = "\n".join(f"{holiday.on} {holiday.name}" for holiday in location.kept())
        return cls(
            data={"name": location.name, "zone": location.zone, "weekdays": days, "holidays": kept}
        )

    def validate_weekdays(self, field: Any) -> None:
        if not self._digits(field.data or ""):
            raise forms.ValidationError("Write days like Mon-Fri, or Sun, Mon, Tue.")

    def validate_holidays(self, field: Any) -> None:
        seen: dict[date, int] = {}
        for number, line in enumerate((field.data or "").splitlines(), 1):
            if not line.strip():
                continue
            holiday = self._holiday(line)
            if holiday is None:
                raise forms.ValidationError(f"Line {number}: write 2026-12-25 Christmas Day.")
            if holiday[0] in seen:
                raise forms.ValidationError(
                    f"Line {number}: {holiday[0]} stands in line {seen[holiday[0]]} already."
                )
            seen[holiday[0]] = number

    def is_known(self, but: Location | None = None) -> bool:
        """Whether another place has this name; then the field says so."""
        twin = Location.called(self.name.data)
        if twin is None or (but is not None and twin.id == but.id):
            return False
        self.name.errors = ["There is a place with this name already."]
        return True

    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "zone": self.zone.data,
            "weekdays": self._digits(self.weekdays.data),
        }

    def days(self) -> list[tuple[date, str]]:
        lines = (self.holidays.data or "").splitlines()
        return [day for line in lines if line.strip() and (day := self._holiday(line))]

    @staticmethod
    def _digits(typed: str) -> str:
        """`Mon-Fri` and `Sun, Mon` as the digits of the days; empty when it is neither."""
        names = {name.casefold(): number for number, name in enumerate(DAYS)}
        found: set[int] = set()
        for part in typed.replace("–", "-").split(","):
            ends = [names.get(text.fold(word)[:3]) for word in part.split("-")]
            if None in ends or len(ends) > 2:
                return ""
            first, last = int(ends[0] or 0), int(ends[-1] or 0)
            found |= {day % 7 for day in range(first, last + 1 + (7 if last < first else 0))}
        return "".join(str(day) for day in sorted(found))

    @staticmethod
    def _holiday(line: str) -> tuple[date, str] | None:
        day, _, name = line.strip().partition(" ")
        try:
            return forms.parse_day(day), name.strip()[:120] or "Holiday"
        except ValueError:
            return None


class _PersonForm(forms.Form):
    email = forms.email("Their e-mail", required="Type their e-mail.")

    def person(self) -> Person | None:
        """Who it is; None with an error at the field."""
        person = Person.by_email(self.email.data)
        if person is None or not person.is_active:
            self.email.errors = ["Nobody here has this address."]
            return None
        return person


class HolderForm(_PersonForm):
    """Who holds a function, known or new, everywhere or for one place."""

    function = forms.line("Function", 80, required="Name the function, like IT.")
    location = forms.choice("For")
    starts_on = forms.day("From", id="holder-from")
    ends_on = forms.day("Until", id="holder-until")

    def offer(self, locations: Any) -> None:
        self.location.choices = [("", "Everywhere")]
        self.location.choices += [(str(place.id), place.name) for place in locations]

    def validate_function(self, field: Any) -> None:
        slug = text.slugify(field.data)[:40]
        if slug == HR:
            raise forms.ValidationError(
                "Whoever has the HR grant holds this; an admin gives it below."
            )
        if slug in TAKEN_SLUGS:
            raise forms.ValidationError(
                f"Plans write @{slug} for the {slug} of whoever the checklist is about: "
                "choose another name."
            )

    def validate_ends_on(self, field: Any) -> None:
        _refuse_backwards(self.starts_on.data, field.data)

    def the_function(self, *, by: Person) -> Function:
        """The function of this name (or slug), set up when it is new."""
        name = self.function.data
        known = {function.slug: function for function in Function.by_name()}
        known |= {text.fold(function.name): function for function in known.values()}
        return known.get(text.fold(name)) or Function.set_up(text.slugify(name)[:40], name, by=by)

    def the_location(self) -> Location | None:
        return Location.get_or_none(Location.id == int(self.location.data or 0))


TAKEN_SLUGS = {"employee", "manager", "buddy"}


def _refuse_backwards(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise forms.ValidationError("This is before the first day.")


class GrantForm(_PersonForm):
    email = forms.email("Their e-mail", required="Type their e-mail.", id="grant-email")
    kind = forms.choice("May act as", required="Choose what for.")
    ends_on = forms.day("Until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = list(GRANT_WORDS.items())

    def person_without(self, today: date) -> Person | None:
        """Who is to get the grant and has not got it; None with an error at its field."""
        person = self.person()
        if self.ends_on.data and self.ends_on.data < today:
            self.ends_on.errors = ["This day has passed."]
        if person is not None and Grant.is_held(person, self.kind.data, today):
            self.email.errors = [f"{person.called} has this already."]
        return None if self.ends_on.errors or self.email.errors else person
