"""Every main page: axe in both schemes, no sideways scroll, targets, focus never hidden."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.checklists.models import Checklist
from portal.documents.models import Document
from tests import servers
from tests.browser.conftest import DESKTOP
from tests.careers.moved import moves_for_every_page
from tests.careers.opened import openings_for_every_page
from tests.careers.written import careers_for_every_page
from tests.cast import MONDAY
from tests.competencies import written
from tests.goals.conftest import goal_for_every_page
from tests.growth.conftest import growth_for_every_page
from tests.learning import courses
from tests.metrics.told import metrics_for_every_page
from tests.oneonones.conftest import talks_for_every_page
from tests.paths.conftest import ways_for_every_page
from tests.policies.conftest import CONDUCT, signs
from tests.reviews.improving import improving_for_every_page
from tests.reviews.pages import reading_for_every_page
from tests.reviews.saying import saying_for_every_page
from tests.sessions.conftest import for_every_page

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

PAGES = {
    "helen": (
        "/", "/hr", "/people", "/people/{erin}", "/people/{erin}/edit", "/people/{erin}/position",
        "/people/{erin}/departure", "/people/import", "/checklists", "/checklists/new",
        "/people/{erin}/checklists/new", "/checklists/{list}", "/checklists/steps/1", "/documents",
        "/people/tree", "/people/quality", "/people/vacancies", "/people/vacancies/new",
        "/people/leave", "/people/{erin}/history?on=2026-01-01", "/people/{erin}/employment",
        "/people/{erin}/leave", "/people/{erin}/dotted", "/teams", "/teams/1",
        "/checklists/rules", "/checklists/rules/new", "/checklists/productivity", "/holdings",
        "/people/{nia}/holdings", "/checklists/{list}/nudge", "/calendar",
        "/documents/new", "/documents/checklist/{plan}", "/documents/checklist/{plan}/edit",
        "/audit", "/letters", "/settings", "/settings/locations/1", "/me", "/assignments/1",
        "/search?q=e", "/help", "/help/today", "/forms?show=read",
        "/people/{erin}/papers", "/people/{erin}/papers/new", "/personnel/expiring",
        "/demographics", "/me/demographics", "/audit/looks",
        "/certificates", "/certificates/everybody", "/certificates/types", "/certificates/new",
        "/certificates/types/new", "/certificates/import",
        "/policies?list=all", "/policies/{policy}", "/policies/{policy}/signatures",
        "/policies/{policy}/texts/1", "/policies/receipts/{receipt}",
        "/policies/{policy}/on-behalf?person=Erin+Castellanos", "/policies/{policy}/people",
        "/policies/{policy}/people/nudge",
        "/learning?list=all", "/learning/courses/{taken}", "/learning/manage",
        "/learning/manage/{taken}", "/learning/manage/new", "/learning/manage/{taken}/assign",
        "/learning/manage/{taken}/record", "/learning/files",
        "/compliance/requirements", "/compliance/requirements/new",
        "/documents?q=laptop", "/documents?list=unowned", "/documents/people?rule=everyone",
        "/retention", "/retention/looks", "/retention/looks/dry-run", "/retention/holds",
        "/retention/holds/new", "/retention/register", "/retention/people/{lev}",
        "/documents/checklist/{plan}/readers", "/documents/checklist/{plan}/asides",
        "/compliance", "/compliance/due", "/compliance/due/nudge", "/compliance/calendar",
        "/compliance/calendar?month=2026-12", "/compliance/calendar/link", "/compliance/windows",
        "/compliance/windows/new", "/compliance/people/{erin}", "/compliance/mine",
        "/evidence/verification", "/evidence/checkpoints",
        "/incidents/new", "/incidents/new/data", "/incidents/numbers", "/learning/spending",
        "/learning/spending/new", "/learning/spending/budget", "/learning/helped",
        "/learning/packages",
        "/goals", "/goals/new", "/goals/new?for=company", "/goals/templates", "/goals/log",
        "/goals/tree", "/goals/{goal}", "/goals/{goal}/edit", "/goals/people/{erin}",
        "/feedback", "/feedback?show=given", "/feedback?show=requests", "/feedback/new",
        "/feedback/requests/new", "/feedback/people/{erin}", "/feedback/people/{erin}/new",
        "/praise", "/praise/new",
        "/learning/sessions", "/learning/sessions/{session}", "/learning/sessions/{session}/edit",
        "/learning/sessions/{session}/attendance", "/learning/courses/{live}/sessions/new",
        "/learning/courses/{live}", "/learning/courses/{job}/practice",
        "/learning/practice/{practice}",
        "/evidence", "/evidence/as-of", "/evidence/packs/new", "/evidence/auditors",
        "/learning/record", "/learning/people/{erin}", "/learning/courses/{taken}/people",
        "/learning/courses/{taken}/people/{erin}", "/learning/courses/{taken}/questions",
        "/learning/completions/{done}", "/learning/certificates/check",
        "/learning/paths", "/learning/paths/{path}", "/learning/paths/{path}/people",
        "/learning/paths/{path}/people/new", "/learning/paths/{path}/people/nudge",
        "/learning/paths/{path}/texts", "/learning/paths/enrollments/{way}",
        "/learning/paths/steps/{path_step}/skip",
        "/one-on-ones", "/one-on-ones/{one_on_one}", "/one-on-ones/{one_on_one}/rhythm",
        "/one-on-ones/{one_on_one}/agenda", "/one-on-ones/talks/{talk}", "/one-on-ones/frequency",
        "/one-on-ones/points/{point}",
        "/competencies", "/competencies/matrices/{matrix}", "/competencies/code-quality",
        "/competencies/people/{erin}", "/competencies/people/{erin}/history/code-quality",
        "/competencies/people/departments", "/competencies/people/given",
        "/competencies/people/matrices", "/competencies/people/{erin}/history",
        "/growth/mentors/usage",
        "/reviews/cycles", "/reviews/cycles/by-themselves", "/reviews/cycles/new",
        "/reviews/cycles/new/annual-review", "/reviews/cycles/{cycle}",
        "/reviews/cycles/{cycle}/figures", "/reviews/cycles/{cycle}/reminders",
        "/reviews/cycles/{cycle}/steps/release", "/reviews/cycles/{cycle}/ending",
        "/reviews/{compared}/skipping",
        "/reviews/cycles/{cycle}/calibration", "/reviews/calibration/{calibration}",
        "/reviews/calibration/{calibration}/comparison?{two}", "/reviews/{compared}",
        "/reviews/calibration/ratings/{compared}",
        "/reviews/answers/{asked}",
        "/careers/openings", "/careers/openings/{opening}", "/careers/openings/{opening}/edit",
        "/careers/openings/{opening}/people/{erin}", "/careers/openings/new/{wanted}",
        "/careers/bands", "/careers/bands/new", "/careers/bands/{band}",
        "/careers/moves", "/careers/moves/{move}",
        "/metrics", "/metrics/onboarding_on_time?by=role", "/metrics/onboarding_on_time/people",
        "/metrics/compliance_overdue/notes", "/metrics/compliance_overdue/terms",
        "/metrics/owners", "/metrics/red", "/metrics/quarters", "/metrics/leading",
        "/metrics/executive",
    ),
    # She holds the function “executive” here.
    "ida": ("/metrics/executive", "/metrics/red"),
    "erin": (
        "/careers/tracks", "/careers/tracks/{track}",
        "/careers", "/careers/aspirations/new", "/careers/aspirations/{aspiration}",
        "/careers/moves", "/careers/moves/{turned}",
        "/careers/openings", "/careers/openings?list=over", "/careers/openings/{opening}",
        "/reviews", "/reviews/{review}", "/reviews/{named}/said", "/reviews/{named}/nominees",
    ),
    "mara": (
        "/reviews/{review}", "/reviews/team", "/reviews/team?who=line", "/reviews/people/{erin}",
        "/reviews/{named}/nominees",
        "/reviews/{improved}", "/reviews/improvement", "/reviews/improvement/new?person={erin}",
        "/reviews/improvement/checks/{improvement_check}",
        "/reviews/improvement/{improvement}/outcome",
        "/competencies/people/team", "/competencies/people/{erin}/assessment",
        "/competencies/people/{erin}/requests",
        "/careers/team", "/careers/people/{erin}", "/careers/moves/{turned}/return",
        "/careers/moves/{turned}/extension", "/careers/people/{erin}/moves/new",
        "/careers/people/{erin}/moves/new?sort=rotation", "/careers/openings",
        "/metrics?group=people", "/metrics/headcount", "/metrics/headcount/people",
        "/careers/people/{erin}/moves/new?sort=promotion&rung=engineering/engineering-manager",
        "/", "/team", "/goals/team", "/one-on-ones", "/one-on-ones/with/{erin}",
        "/checklists", "/checklists/productivity", "/checklists/{list}",
        "/people/{nia}", "/learning/team", "/learning/paths",
        "/growth", "/growth/people/{erin}", "/growth/people/{erin}/plans/new/talking",
        "/growth/plans/{growth_plan}", "/growth/mentors", "/growth/mentors/offer",
        "/growth/mentors/{mentor}", "/growth/mentorships/{mentorship}", "/growth/stretch",
        "/growth/stretch/new", "/growth/stretch/{stretch}",
        "/competencies/code-quality",
    ),
    "nia": (
        "/", "/forms", "/documents", "/me", "/search", "/help/shortcuts", "/checklists/{list}",
        "/policies", "/policies/{policy}",
    ),
    "audrey": ("/", "/audit", "/evidence/auditor"),
    "adam": ("/settings",),
}  # fmt: skip
# So that two workers share the longest list.
AT_ONCE = 42
PARTS = [(name, first) for name in PAGES for first in range(0, len(PAGES[name]), AT_ONCE)]


@pytest.fixture
def running(plan: Document, who: SimpleNamespace) -> dict[str, Any]:
    """The cast's company with Nia's onboarding under way."""
    checklist = Checklist.start(plan.current, who.nia, MONDAY, by=who.helen)
    policy = Document.start("policy", "Code of conduct", by=who.helen)
    policy.publish(CONDUCT, by=who.helen)
    receipt = signs(policy, who.helen)
    people = {name: getattr(who, name).id for name in ("erin", "nia", "lev")}
    made = {"list": checklist.id, "policy": policy.id, "receipt": receipt.id}
    done = courses.takes(courses.publish(), who.erin)
    made |= {"taken": done.course_id, "done": done.id, "matrix": written.all_of_it().id}
    made |= talks_for_every_page(who)
    made |= growth_for_every_page(who)
    made |= reading_for_every_page(who)
    made |= saying_for_every_page(who)
    made |= improving_for_every_page(who)
    made |= careers_for_every_page()
    made |= moves_for_every_page()
    made |= openings_for_every_page()
    metrics_for_every_page(who.ida)
    return {
        "plan": plan.slug,
        **people,
        **made,
        **goal_for_every_page(who),
        **for_every_page(who),
        **ways_for_every_page(who),
    }


@pytest.mark.parametrize(("name", "first"), PARTS)
def test_every_page_is_sound(visit: Any, running: dict[str, Any], name: str, first: int) -> None:
    """Axe finds nothing, targets are easy to hit, and a small phone holds it; every third page is
    looked at in the dark as well: it is made of the same parts and colors."""
    page = visit(name)
    origin = page.url.rstrip("/")
    found = {}
    for number, address in enumerate(PAGES[name][first : first + AT_ONCE]):
        page.goto(origin + address.format(**running))
        if faults := servers.faults(page, in_the_dark=number % 3 == 0):
            found[address] = faults
    assert found == {}


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_focus_is_never_hidden_under_a_bar(
    visit: Any, running: dict[str, Any], size: str
) -> None:
    options = {"viewport": DESKTOP} if size == "desktop" else {}
    page = visit("helen", **options)
    origin = page.url.rstrip("/")
    found = {}
    for address in ("/", "/checklists/{list}", "/people", "/documents/checklist/{plan}/edit"):
        page.goto(origin + address.format(**running))
        if faults := servers.focus_never_hidden(page, stops=60):
            found[address] = faults
    assert found == {}
