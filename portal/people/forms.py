"""What people type about people."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from wtforms import BooleanField

from portal import clock, forms
from portal.people.models import Person
from portal.people.positions import EMPLOYMENT_TYPES

A_YEAR = 365


class EmailForm(forms.Form):
    email = forms.email("Your work e-mail", required="Type your e-mail address.")


class CodeForm(forms.Form):
    code = forms.line("The six digits", 12, required="Type the six digits from the mail.")


class ImportForm(forms.Form):
    file = forms.FileField("A CSV file")
    pasted = forms.lines("Or paste rows from a spreadsheet", 5_000_000)


def zone_choices(present: str = "") -> list[tuple[str, str]]:
    """The zones a form offers, with the one that is set among them whatever it is."""
    names = ZONES if not present or present in ZONES else [present, *ZONES]
    return [(name, name.replace("_", " ")) for name in names]


# What people speak here. The portal itself is in English; letters may ask one day.
LANGUAGES = {
    "en": "English", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "es": "Español",
    "fi": "Suomi", "fr": "Français", "it": "Italiano", "nb": "Norsk", "nl": "Nederlands",
    "pl": "Polski", "pt": "Português", "ro": "Română", "sv": "Svenska", "tr": "Türkçe",
    "uk": "Українська", "ar": "العربية", "hi": "हिन्दी", "ja": "日本語", "zh": "中文",
}  # fmt: skip


def language_choices(present: str = "") -> list[tuple[str, str]]:
    """The languages a form offers, with the one that is set among them whatever it is."""
    more = [] if not present or present in LANGUAGES else [(present, present)]
    return [*more, *LANGUAGES.items()]


class MeForm(forms.Form):
    """What a person may say of themselves."""

    preferred_name = forms.line("Preferred first name", 60)
    pronunciation = forms.line("How to say my name", 120)
    pronouns = forms.line("Pronouns", 40)
    phone = forms.line("Phone", 40)
    zone = forms.choice("Time zone", required="Choose a time zone.")
    language = forms.choice("Language")
    theme = forms.choice("Colors")
    shortcuts = BooleanField("Single keys are shortcuts")

    def __init__(
        self, *args: object, present: str = "", speaks: str = "", **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = zone_choices(present)
        self.language.choices = language_choices(speaks)
        self.theme.choices = [("auto", "As my device"), ("light", "Light"), ("dark", "Dark")]


class PersonForm(forms.Form):
    """What HR corrects in a file."""

    name = forms.line("Full name", 120, required="Type the full name.")
    preferred_name = forms.line("Preferred first name", 60)
    pronunciation = forms.line("How to say the name", 120)
    pronouns = forms.line("Pronouns", 40)
    email = forms.email("Work e-mail", required="Type the work e-mail.")
    second_email = forms.email("Private e-mail")
    phone = forms.line("Phone", 40)
    number = forms.line("Employee number", 40)
    language = forms.choice("Language")

    def __init__(self, *args: object, present: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = language_choices(present)


class PositionForm(forms.Form):
    """A change of role, team, place or manager from a day on."""

    starts_on = forms.day("From", required="Say from which day on.")
    role = forms.line("Role", 120, required="Type the role.")
    level = forms.line("Level", 20)
    team = forms.choice("Team")
    location = forms.choice("Location")
    employment = forms.choice("Employment")
    manager = forms.email("Manager’s e-mail")
    buddy = forms.email("Buddy’s e-mail")

    def offer(self, teams: list[tuple[str, str]], locations: list[tuple[str, str]]) -> None:
        self.team.choices = [("", "No team"), *teams]
        self.location.choices = [("", "No location"), *locations]
        self.employment.choices = [(kind, kind.capitalize()) for kind in EMPLOYMENT_TYPES]


class DepartureForm(forms.Form):
    """The three dates of leaving, and why."""

    notice_on = forms.day("Notice given on")
    last_day_on = forms.day("Last day", required="Say which day is the last.")
    access_ends_on = forms.day("Access ends after", required="Say until when they may sign in.")
    voluntary = forms.choice("Whose decision")
    regretted = forms.choice("Do we regret it")
    reason = forms.line("Reason, for HR only", 300)
    may_be_rehired = forms.choice("Would we hire them again")
    rehire_reason = forms.line("Why not, or on what terms", 300)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.voluntary.choices = [("", "Not said"), ("yes", "Theirs"), ("no", "The company’s")]
        self.regretted.choices = [("", "Not said"), ("yes", "Yes"), ("no", "No")]
        self.may_be_rehired.choices = [("", "Not said"), ("yes", "Yes"), ("no", "No")]

    @classmethod
    def of(cls, person: Person) -> "DepartureForm":
        """What is recorded of a departure, or an empty form with today as the day of notice."""
        if person.last_day_on is None:
            return cls(data={"notice_on": person.today()})
        said = {True: "yes", False: "no", None: ""}
        ends_at = person.access_ends_at
        zone = clock.zone_of(person.zone)
        return cls(
            data={
                "notice_on": person.notice_on,
                "last_day_on": person.last_day_on,
                "access_ends_on": ends_at.astimezone(zone).date() if ends_at else None,
                "voluntary": said[person.departure_voluntary],
                "regretted": said[person.departure_regretted],
                "reason": person.departure_reason,
                "may_be_rehired": said[person.may_be_rehired],
                "rehire_reason": person.rehire_reason,
            }
        )

    def validate_may_be_rehired(self, field: Any) -> None:
        if field.data == "no" and not (self.rehire_reason.data or "").strip():
            raise forms.ValidationError("Say why not: whoever asks one day was not here.")

    def is_before(self, first_day: date | None) -> bool:
        """Whether the last day comes before the first one by more than a day: a slip."""
        if first_day and self.last_day_on.data < first_day - timedelta(days=A_YEAR):
            self.last_day_on.errors = [f"Their first day is {first_day}."]
        return bool(self.last_day_on.errors)

    def validate_last_day_on(self, field: Any) -> None:
        if self.notice_on.data and field.data and field.data < self.notice_on.data:
            raise forms.ValidationError("The last day comes after the notice.")

    def values(self, zone: str) -> dict[str, Any]:
        """What `Person.depart` takes; access ends with the day where the person is."""
        answers = {"yes": True, "no": False}
        return {
            "notice_on": self.notice_on.data,
            "last_day_on": self.last_day_on.data,
            "access_ends_at": clock.end_of_day(self.access_ends_on.data, zone),
            "voluntary": answers.get(self.voluntary.data),
            "regretted": answers.get(self.regretted.data),
            "reason": self.reason.data or "",
            "may_be_rehired": answers.get(self.may_be_rehired.data),
            "rehire_reason": self.rehire_reason.data or "",
        }


class HandoverForm(forms.Form):
    """Who takes the reports of a leaver over, and from when."""

    manager = forms.email("New manager’s e-mail", required="Say who takes over.", id="new-manager")
    from_on = forms.day("From", required="Say from which day on.", id="handover-from")

    @classmethod
    def of(cls, person: Person) -> "HandoverForm":
        """Proposed: the leaver's own manager, from the day after the last one."""
        held = person.held_now
        last = person.last_day_on
        from_on = last + timedelta(days=1) if last and last >= person.today() else person.today()
        email = held.manager.email if held and held.manager else ""
        return cls(data={"manager": email, "from_on": from_on})


class EmploymentForm(forms.Form):
    """The first day, and probation."""

    hired_on = forms.day("First day", required="Say which day was the first.")
    probation_ends_on = forms.day("Probation ends")
    probation_passed_on = forms.day("Probation passed, said on")

    def is_nonsense(self, person: Person) -> bool:
        """Whether these days cannot be; then their fields say so."""
        first, ends = self.hired_on.data, self.probation_ends_on.data
        if first > person.today() + timedelta(days=2 * A_YEAR):
            self.hired_on.errors = ["This is years away."]
        if ends and not first <= ends <= first + timedelta(days=3 * A_YEAR):
            self.probation_ends_on.errors = ["Within three years of the first day, please."]
        passed = self.probation_passed_on.data
        if passed and not first <= passed <= person.today():
            self.probation_passed_on.errors = ["A day between the first one and today."]
        return bool(self.errors)


class RehireForm(PositionForm):
    """Somebody comes back: a new first day, and where they stand from then on."""

    starts_on = forms.day("New first day", required="Say which day is the first.")


_NO_PLACES = ("Etc/", "posix/", "right/", "SystemV/", "US/")
_PLACES = (name for name in available_timezones() if "/" in name)
ZONES = [*sorted(name for name in _PLACES if not name.startswith(_NO_PLACES)), "UTC"]
