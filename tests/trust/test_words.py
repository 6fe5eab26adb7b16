"""Every event has words: in the code as it stands, and in the sample's whole history."""

import ast
from pathlib import Path
from typing import Any

from portal import models
from portal.audit import Event
from portal.checklists.steps import Step
from portal.trust import words
from portal.trust.access import HR_KINDS
from portal.trust.sentences import ICONS, OWN, SENTENCES

PORTAL = Path(words.__file__).resolve().parent.parent
TABLES = {model._meta.name: model._meta.table_name for model in models.MODELS}
CLASSES = {model.__name__: model._meta.table_name for model in models.MODELS}
# Verbs that stand in a file of their own, beside the model they belong to.
CLASSES |= {"Leaving": "person", "Taking": "step"}
CLASSES |= {"Proposing": "move", "Deciding": "move"}
CLASSES |= {"Keeping": "submission", "Withdrawing": "submission"}
# Where a verb's word or subject is a variable, what it stands for.
MEANT = {
    "done": ("completed", "skipped"),
    "reached": ("completed", "passed_over", "reopened", "skipped"),
    "handed": ("given", "taken_back", "left_out", "withdrawn", "restored"),
    "ruled": ("written", "switched_on", "switched_off", "removed", "restored"),
    "answered": ("made", "accepted", "dismissed", "reconsidered"),
    "praised": ("withdrawn", "restored", "hidden", "shown"),
    "fresh": ("people_import",),
    "given": ("pass",),
    "self.document": ("document",),
    # Of a private kind it is something that nobody's trail shows.
    "self.in_trail": ("assignment",),
    "self.traced": ("goal",),
    "goal.traced": ("goal",),
    "assignment.in_trail": ("assignment",),
    "link": ("sign_in_link",),
    "row": ("company",),
    "ticked": ("completed", "reopened"),
    "banded": ("settled", "ended"),
    "dropped": ("left_out", "exchanged"),
    "closed": ("withdrawn", "lapsed"),
    "decided": ("agreed", "declined"),
    "stepped": ("opened", "closed", "moved"),
    "happened": ("answered", "begun", "checked_in", "decided", "ended", "moved", "read"),
    "reviewed": (
        "added",
        "nominated",
        "nominee_approved",
        "nominee_removed",
        "read",
        "reassigned",
        "released",
        "reports_named",
        "resumed",
        "shared",
        "skipped",
        "talk_planned",
    ),
}


def tags_in(source: str) -> set[str]:
    """`kind.done` of every `audit.record(by, done, subject …)`."""
    found: set[str] = set()
    for inside, call in _records(ast.parse(source), ""):
        done, subject = call.args[1], call.args[2]
        verbs = MEANT[done.id] if isinstance(done, ast.Name) else (ast.literal_eval(done),)
        name = subject.id if isinstance(subject, ast.Name) else ast.unparse(subject)
        if name in ("self", "cls"):
            kinds = (CLASSES[inside],)
        else:
            kinds = MEANT.get(name) or (TABLES.get(name.replace("_", ""), name),)
        found |= {f"{kind}.{verb}" for kind in kinds for verb in verbs}
    return found


def _records(node: ast.AST, inside: str) -> Any:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and ast.unparse(child.func) == "audit.record":
            yield inside, child
        yield from _records(child, child.name if isinstance(child, ast.ClassDef) else inside)


def all_tags() -> set[str]:
    return set().union(*(tags_in(path.read_text()) for path in PORTAL.rglob("*.py")))


def test_every_event_that_the_code_records_has_a_sentence() -> None:
    tags = all_tags()
    assert len(tags) > 25
    assert tags - set(SENTENCES) == set()


def test_no_sentence_is_left_of_an_event_that_is_gone() -> None:
    assert set(SENTENCES) - all_tags() == set()
    assert set(OWN) | set(ICONS) <= set(SENTENCES)


def test_every_kind_is_one_that_somebody_may_see_and_choose() -> None:
    # Who has answered about themselves, or notes what they got done, who talks with whom, and who
    # says what to whom, is nobody's to read, not HR's.
    between_people = {"one_on_one", "note", "feedback_request", "praise", "mentorship"}
    own = {"demographics", "accomplishment", "praise_opt_out", "interest"}
    kinds = {tag.partition(".")[0] for tag in SENTENCES} - own - between_people
    assert kinds <= HR_KINDS and set(words.KINDS) == HR_KINDS


def test_the_alarm_rings_for_an_event_without_words() -> None:
    planted = 'class Step:\n    def x(self):\n        audit.record(by, "burnt", self)\n'
    assert tags_in(planted) - set(SENTENCES) == {"step.burnt"}


def test_the_history_of_a_company_reads_as_sentences(
    app: Any, who: Any, steps: dict[str, Step]
) -> None:
    steps["order-the-laptop"].complete(by=who.ida)
    steps["order-the-laptop"].reopen(by=who.helen)
    steps["meet-your-buddy"].hand_to(who.erin, by=who.mara)
    steps["read-the-welcome-page"].complete(by=who.nia)
    steps["plan-the-first-week"].skip("Has one", by=who.helen)
    events = list(Event.select().order_by(Event.seq))
    lines = [line for _, lines in words.by_day(events) for line in lines]
    assert len(lines) == len(events) > 50
    for line in lines:
        said = line.sentence + line.facts
        assert "…" not in said and "{" not in said and "None" not in said, said
        assert "somebody" not in said.lower(), said
    said = [line.sentence for line in lines]
    for sentence in (
        "Ida Sørensen: completed “Order the laptop” for Nia Novak",
        "Helen Brandt: opened “Order the laptop” for Nia Novak again",
        "Mara Okafor: handed “Meet your buddy” for Nia Novak to Erin Castellanos",
        "Nia Novak: completed “Read the welcome page”",
        "Helen Brandt: skipped “Plan the first week” for Nia Novak",
        "Helen Brandt: published “Engineering onboarding” as revision 1",
        "Helen Brandt: recorded that Lev Abramov leaves, last day Fri 30 Oct",
        "The portal: gave Helen Brandt the hr grant",
    ):
        assert sentence in said, sentence
