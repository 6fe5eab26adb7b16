"""A new starter in five fields, and what one says when skipping or handing over."""

from portal import forms


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
    plan = forms.choice("Plan")

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


class StopForm(forms.Form):
    reason = forms.line("Why it ends early", 300, required="Say why: the trail keeps it.")
