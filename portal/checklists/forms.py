"""A new starter in five fields, and what one says when skipping or handing over."""

import re
from typing import Any

from wtforms import HiddenField

from portal import forms, text
from portal.uploads.forms import UploadField

# What may be sent with a proof, as a kind of upload.
PROOF = "proof"

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


class StarterForm(forms.Form):
    """Somebody new. The plan and its steps follow from role and place."""

    name = forms.line("Full name", 120, required="Type the name.")
    email = forms.email("Work e-mail", required="Type the e-mail they will use here.")
    starts_on = forms.day("First day", required="Say when they start.")
    role = forms.line("Role", 120, required="Type the role.")
    manager = forms.line(
        "Manager’s e-mail or name", 254, required="Type the manager’s name or e-mail."
    )
    team = forms.choice("Team")
    location = forms.choice("Location")
    buddy = forms.line("Buddy’s e-mail or name", 254)
    second_email = forms.email("Private e-mail")
    plan = forms.choice("Plan")
    # The place they fill, where they were chosen for one.
    vacancy = HiddenField(filters=[lambda typed: typed or ""])

    def offer(
        self,
        teams: list[tuple[str, str]],
        locations: list[tuple[str, str]],
        plans: list[tuple[str, str]],
    ) -> None:
        self.team.choices = [("", "The manager’s team"), *teams]
        self.location.choices = [("", "The manager’s location"), *locations]
        self.plan.choices = [("", "The one that fits"), *plans]


class StartForm(forms.Form):
    """A plan for somebody who is in the portal already."""

    plan = forms.choice("Plan", required="Choose a plan.")
    anchor_on = forms.day("Around which day", required="Say which day it turns around.")


class SkipForm(forms.Form):
    reason = forms.line("Why it is not needed", 300, required="Say why: the trail keeps it.")


class ProofForm(forms.Form):
    proof = forms.line(
        "Proof", 300, required="Say what proves it: a serial number, an account, a ticket’s link."
    )


class StepProofForm(ProofForm):
    file = UploadField("A photo or a file", PROOF)


class MoveForm(forms.Form):
    due_on = forms.day("Day", required="Say which day.")
    at = forms.line("Time", 5)

    def validate_at(self, field: Any) -> None:
        if field.data and not _CLOCK.fullmatch(field.data):
            raise forms.ValidationError("A time looks like 09:30 or 14:00.")


class GiveForm(forms.Form):
    """Something handed out without a list: what people had before the portal came."""

    kind = forms.choice("What", required="Say whether it is an access or a piece of equipment.")
    name = forms.line("Its name", 80, required="Type the system or the thing, such as github.")
    proof = forms.line(
        "Proof", 300, required="Say which one: a serial number, an account, a ticket’s link."
    )

    def validate_name(self, field: Any) -> None:
        if not text.slugify(field.data or "").strip("-"):
            raise forms.ValidationError("Type the system or the thing, such as github.")


class StopForm(forms.Form):
    reason = forms.line("Why it ends early", 300, required="Say why: the trail keeps it.")
