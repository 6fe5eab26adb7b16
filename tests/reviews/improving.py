"""An improvement plan of Erin by the starters that ship, for the tests that need one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from portal import clock
from portal.documents.models import Document
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews import following
from portal.reviews.improvement import PLAN_SLUG, Improvement, ImprovementCheck
from portal.reviews.improvement_said import MET, ImprovementOutcome, ImprovementWord
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER
from tests import cast

CONTENT = Path(__file__).resolve().parents[2] / "content"


def publish() -> None:
    """The form and the plan, as they ship."""
    helen = cast.person("helen")
    for kind, folder in (("form", "forms"), ("review", "reviews")):
        if Document.named(kind, PLAN_SLUG) is None:
            document = Document.start(kind, "Improvement plan", by=helen, slug=PLAN_SLUG)
            document.publish((CONTENT / folder / f"{PLAN_SLUG}.md").read_text(), by=helen)


def started(name: str = "erin", by: str = "mara", days: int = 60) -> Improvement:
    publish()
    until = clock.today() + timedelta(days=days)
    return Improvement.start(cast.person(name), until, 2, by=cast.person(by))


def afresh(plan: Improvement) -> Improvement:
    return Improvement.whole(Improvement.select()).where(Improvement.id == plan.id).get()  # type: ignore[no-any-return]


def form_of(plan: Improvement) -> Submission:
    part = ReviewPart.of_step(plan.review, MANAGER)
    assert part is not None
    return Submission.find(part.submission_id)  # type: ignore[return-value]


def write(plan: Improvement, words: str = "Two points.") -> None:
    """What has to change, sent and read from then on."""
    form = form_of(plan)
    answers: dict[str, Any] = {one.key: words for one in form.questionnaire.questions}
    form.submit(answers, form.version, by=Person.get_by_id(form.person_id))
    following.run()


def running(name: str = "erin") -> Improvement:
    plan = started(name)
    write(plan)
    return afresh(plan)


def at_check(plan: Improvement, move_clock: Any, place: int = 0) -> ImprovementCheck:
    """The day of that check-in, asked of both."""
    check = plan.checks()[place]
    move_clock(to=cast.NOW + (check.due_on - cast.TODAY))
    following.run()
    check.plan = afresh(plan)
    return check


def improving_for_every_page(who: Any) -> dict[str, int]:
    """Ben has one under way: said something, and met at first."""
    plan = running("ben")
    check = plan.checks()[0]
    ImprovementWord.say(plan, "Half of it.", by=who.ben, check_in=check, state="partly")
    ImprovementWord.say(plan, "And one word more.", by=who.mara)
    ImprovementOutcome.decide(plan, MET, "All of it is there.", None, after=0, by=who.mara)
    return {"improvement": plan.id, "improved": plan.review_id, "improvement_check": check.id}
