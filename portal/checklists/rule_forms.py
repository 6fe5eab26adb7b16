"""A rule in one sentence, its day, and what HR says to a proposal."""

from typing import Any

from portal import forms
from portal.checklists.happenings import EVENTS
from portal.checklists.rules import ACTIONS, MAX_OFFSET_DAYS
from portal.documents.models import Document
from portal.people.audience import RuleError, parse


class RuleForm(forms.Form):
    event = forms.choice("When somebody", required="Say what happens.")
    rule = forms.line("Of whom", 500)
    plan = forms.choice("This plan", required="Choose a plan.")
    action = forms.choice("Do what", required="Say what to do.")
    offset_days = forms.number("Days from that day", -MAX_OFFSET_DAYS, MAX_OFFSET_DAYS)

    def offer(self, plans: list[Document]) -> "RuleForm":
        self.event.choices = [(name, words[0]) for name, words in EVENTS.items()]
        self.action.choices = list(ACTIONS.items())
        self.plan.choices = [(str(plan.id), plan.title) for plan in plans]
        return self

    def validate_rule(self, field: Any) -> None:
        try:
            parse(field.data or "everyone")
        except RuleError as error:
            said = f"It cannot be read at column {error.column}. {error.message}"
            raise forms.ValidationError(said) from None

    def chosen(self, plans: list[Document]) -> Document:
        return next(plan for plan in plans if str(plan.id) == self.plan.data)


class SwitchForm(forms.Form):
    on_from = forms.day("From", required="Say from which day.")


class DismissForm(forms.Form):
    reason = forms.line("Why not", 300, required="Say why: the trail keeps it.")


class AttestForm(forms.Form):
    since_on = forms.day("Since", required="Say since when.")


class NotYetForm(forms.Form):
    word = forms.line("What is missing", 300)
