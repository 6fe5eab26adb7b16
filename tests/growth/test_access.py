"""Who finds which mentor and task, and who reads whose plan: the cast at every address."""

from datetime import timedelta
from itertools import count
from typing import Any

from portal.assignments.models import Assignment
from portal.audit import Look
from portal.growth import access, proposing
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import PlanStep
from tests import cast
from tests.growth.conftest import again, asks, mentor, move_under, task, wants
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
LINE = NOBODY | {"erin": 200, "mara": 200, "dora": 200, "helen": 200}
LEADS = NOBODY | dict.fromkeys(("helen", "dora", "mara", "otto"), 200)
NOWHERE = "/growth/nothing/at/all"
TASK = {
    "title": "Run the demo day", "text": "With Ida.", "takes": "two days", "seats": "1",
    "until": str(cast.TODAY + timedelta(days=30)), "audience": "everyone",
}  # fmt: skip


def sent(table: dict[str, int]) -> dict[str, int]:
    """The same of what is sent: whoever may is led on."""
    return {name: 303 if status == 200 else status for name, status in table.items()}


def plan_for(who: Any, by: str = "") -> DevelopmentPlan:
    """A plan of Erin's with a task; proposed by somebody, or her own."""
    proposal = proposing.of(who.erin, "talking")
    assert proposal is not None
    choices = [place.options[0].choice for place in proposal.places if place.options]
    document = proposal.text.document
    if not by:
        return DevelopmentPlan.take_on(who.erin, document, "L1", choices)
    return DevelopmentPlan.propose(
        who.erin, document, "L1", choices, note="CANARY note", by=cast.person(by)
    )


def test_the_room_is_for_everybody_at_work(as_: Any, things: Any) -> None:
    for address in ("/growth", "/growth/mentors", "/growth/stretch", "/growth/mentors/offer"):
        knock(as_, STAFF, address, nowhere=NOWHERE)
    knock(as_, NOBODY | {"helen": 200}, "/growth/mentors/usage", nowhere=NOWHERE)
    knock(as_, LEADS, "/growth/stretch/new", nowhere=NOWHERE)


def test_everybody_at_work_offers_themselves_and_whoever_leads_a_task(
    as_: Any, things: Any
) -> None:
    talking = str(things.talking.id)
    offers = {"competencies": talking, "capacity": "1", "line": ""}
    knock(as_, sent(STAFF), "/growth/mentors/offer", data=offers, nowhere=NOWHERE)
    knock(as_, sent(LEADS), "/growth/stretch/new", data=TASK | {"competency": talking},
          nowhere=NOWHERE)  # fmt: skip


def test_an_offer_is_paused_and_ended_by_whoever_made_it(as_: Any, things: Any) -> None:
    mentor("otto")
    rows = NOBODY | {"otto": 303}
    for verb in ("pause", "resumption", "end"):
        nowhere = "/growth/mentors/offer/nothing"
        knock(as_, rows, f"/growth/mentors/offer/{verb}", data={}, nowhere=nowhere)


def test_somebodys_growth_is_read_by_them_their_line_and_hr(
    as_: Any, who: Any, things: Any
) -> None:
    knock(as_, LINE, f"/growth/people/{who.erin.id}", nowhere="/growth/people/999999")
    for name, sees in (("erin", True), ("mara", True), ("dora", True), ("helen", True)):
        assert access.can_open(cast.person(name), who.erin) is sees
    for name in ("ben", "otto", "audrey", "adam", "olga"):
        assert not access.can_open(cast.person(name), who.erin), name


def test_a_plan_is_made_by_them_and_proposed_by_their_line(as_: Any, who: Any, things: Any) -> None:
    makes = LINE | {"helen": 403}
    address = f"/growth/people/{who.erin.id}/plans/new/talking"
    nowhere = "/growth/people/999999/plans/new/talking"
    knock(as_, makes, address, nowhere=nowhere)
    data = {"learn": "read:how-we-talk", "mentor": "none", "task": "none"}

    def anew() -> str:
        for plan in DevelopmentPlan.select().where(DevelopmentPlan.is_open()):
            plan.withdraw(by=None) or plan.end(by=None)
        return address

    knock(as_, sent(makes), address, data=data, before=anew, nowhere=nowhere)


def test_a_plan_is_read_by_their_line_and_decided_by_them(as_: Any, who: Any, things: Any) -> None:
    plan = plan_for(who)
    knock(as_, LINE, plan.url, nowhere="/growth/plans/999999")
    decides = NOBODY | {"erin": 303, "mara": 403, "dora": 403, "helen": 403}

    def proposed() -> str:
        for row in DevelopmentPlan.select().where(DevelopmentPlan.is_open()):
            row.withdraw(by=None) or row.end(by=None)
        return plan_for(who, "mara").url

    def running() -> str:
        for row in DevelopmentPlan.select().where(DevelopmentPlan.is_open()):
            row.withdraw(by=None) or row.end(by=None)
        return plan_for(who).url

    for verb, before in (
        ("acceptance", proposed), ("refusal", proposed), ("end", running),
    ):  # fmt: skip
        knock(
            as_, decides, "", data={}, before=lambda b=before, v=verb: f"{b()}/{v}",
            nowhere=f"/growth/plans/999999/{verb}",
        )  # fmt: skip
    recalls = NOBODY | {"mara": 303, "erin": 403, "dora": 403, "helen": 403}
    knock(
        as_, recalls, "", data={}, before=lambda: f"{proposed()}/recall",
        nowhere="/growth/plans/999999/recall",
    )  # fmt: skip


def test_a_step_is_changed_by_them_alone(as_: Any, who: Any, things: Any) -> None:
    table = NOBODY | {"erin": 303, "mara": 403, "dora": 403, "helen": 403}

    def step() -> str:
        for row in DevelopmentPlan.select().where(DevelopmentPlan.is_open()):
            row.end(by=None)
        return f"/growth/steps/{plan_for(who).steps()[-1].id}"

    for verb in ("completion", "reopening", "omission"):
        knock(
            as_, table, "", data={}, before=lambda v=verb: f"{step()}/{v}",
            nowhere=f"/growth/steps/999999/{verb}",
        )  # fmt: skip

    def left_out() -> str:
        here = step()
        PlanStep.get_by_id(here.rpartition("/")[2]).leave_out(by=who.erin)
        return f"{here}/restoration"

    nowhere = "/growth/steps/999999/restoration"
    knock(as_, table, "", data={}, before=left_out, nowhere=nowhere)
    here = step()
    reads = NOBODY | dict.fromkeys(("erin", "mara", "dora", "helen"), 303)
    knock(as_, reads, here, nowhere="/growth/steps/999999")
    opens = NOBODY | {"erin": 200, "mara": 403, "dora": 403, "helen": 403}
    knock(as_, opens, f"{here}/exchange", nowhere="/growth/steps/999999/exchange")
    sends = {name: 422 if status == 200 else status for name, status in opens.items()}
    knock(
        as_, sends, f"{here}/exchange", data={"other": "x"},
        nowhere="/growth/steps/999999/exchange",
    )  # fmt: skip


def test_who_led_them_once_reads_nothing_and_who_leads_them_now_does(
    as_: Any, who: Any, things: Any
) -> None:
    plan = plan_for(who, "mara")
    move_under("erin", "otto")
    now = NOBODY | {"erin": 200, "otto": 200, "helen": 200}
    knock(as_, now, plan.url, nowhere="/growth/plans/999999")
    knock(as_, now, f"/growth/people/{who.erin.id}", nowhere="/growth/people/999999")
    refused = as_("mara").post(f"{plan.url}/recall")
    assert refused.status_code == 404


def test_a_mentorship_is_opened_by_the_two_alone(as_: Any, who: Any, things: Any) -> None:
    mine = asks("erin", mentor("otto", capacity=5))
    two = NOBODY | {"erin": 200, "otto": 200}
    nowhere = "/growth/mentorships/999999"
    knock(as_, two, mine.url, nowhere=nowhere)

    def anew() -> str:
        mine.withdraw(by=None) or mine.end(by=None)
        again = asks("erin", mentor("otto", capacity=5))
        mine.id = again.id
        return again.url

    for verb, data, passes in (
        ("acceptance", {"word": ""}, "otto"), ("refusal", {"word": "No."}, "otto"),
        ("withdrawal", {}, "erin"),
    ):  # fmt: skip
        other = "erin" if passes == "otto" else "otto"
        knock(
            as_, NOBODY | {passes: 303, other: 403}, "", data=data,
            before=lambda v=verb: f"{anew()}/{v}", nowhere=f"{nowhere}/{verb}",
        )  # fmt: skip
    both = NOBODY | {"erin": 303, "otto": 303}
    knock(as_, both, "", data={}, before=lambda: f"{anew()}/end", nowhere=f"{nowhere}/end")


def test_a_mentor_is_found_and_asked_by_everybody_at_work(as_: Any, who: Any, things: Any) -> None:
    offered = mentor("olga")
    others = STAFF | {"olga": 404}
    knock(as_, others, offered.url, nowhere="/growth/mentors/999999")
    offered.pause(by=who.olga)
    knock(as_, others, offered.url, nowhere="/growth/mentors/999999")
    assert "takes nobody new" in as_("erin").get(offered.url).text
    assert "Olga" not in as_("erin").get("/growth/mentors").text
    offered.end(by=who.olga)
    knock(as_, NOBODY, offered.url, nowhere="/growth/mentors/999999")


def test_everybody_at_work_asks_a_mentor_and_nobody_themselves(as_: Any, things: Any) -> None:
    address, nowhere = (
        f"/growth/mentors/{number}/request" for number in (mentor("olga").id, 999_999)
    )
    wish = {"competency": str(things.talking.id), "wish": ""}

    def nobody_asks() -> None:
        for one in Mentorship.select():
            one.withdraw(by=None)

    asks = sent(STAFF) | {"olga": 404}
    knock(as_, asks, address, data=wish, before=nobody_asks, nowhere=nowhere)


def test_whoever_has_left_asks_for_nothing_and_offers_nothing(
    as_: Any, who: Any, things: Any
) -> None:
    """As long as they may still sign in: it would be swept away the day after."""
    offered, given = mentor("otto", capacity=5), task("mara", seats=5)
    yesterday, later = cast.TODAY - timedelta(days=1), cast.NOW + timedelta(days=7)
    who.olga.depart(by=who.helen, last_day_on=yesterday, access_ends_at=later)
    talking = str(things.talking.id)
    data = {"competencies": talking, "capacity": "1", "line": ""}
    knock(as_, {"olga": 404}, "/growth/mentors/offer", data=data, nowhere=NOWHERE)
    for url, wish in ((offered.url, {"competency": talking}), (given.url, {})):
        knock(as_, {"olga": 403, "ben": 303}, f"{url}/request", data=wish | {"wish": ""},
              nowhere=NOWHERE)  # fmt: skip
    assert "Ask for it" not in as_("olga").get(given.url).text


def test_the_line_sees_that_there_is_a_mentor_and_hr_who_it_is(
    as_: Any, who: Any, things: Any
) -> None:
    mine = asks("erin", mentor("otto"), wish="CANARY wish")
    mine.accept("CANARY word", by=who.otto)
    page = as_("mara").get(f"/growth/people/{who.erin.id}").text
    assert "Erin has a mentor" in page and "Otto" not in page
    usage = as_("helen").get("/growth/mentors/usage").text
    assert "Erin Castellanos, with Otto" in usage
    for name in cast.NAMES:
        if name in ("erin", "otto", "lev"):
            continue
        client = as_(name)
        for address in (
            "/", "/growth", "/growth/mentors", "/growth/mentors/usage", "/team", "/hr", "/audit",
            f"/growth/people/{who.erin.id}", f"/people/{who.erin.id}", "/search?q=canary",
        ):  # fmt: skip
            assert "CANARY" not in client.get(address).text, (name, address)
        assert "Erin" not in client.get("/growth/mentors").text, "no list shows who is mentored"


def test_that_somebody_asks_for_a_mentor_is_known_to_the_two(
    as_: Any, who: Any, things: Any, move_clock: Any
) -> None:
    mine = asks("erin", mentor("olga"))
    duty = Assignment.get(Assignment.kind == "mentoring")
    assert duty.url == mine.url
    knock(as_, NOBODY | {"olga": 200}, f"/assignments/{duty.id}", nowhere="/assignments/999999")
    move_clock(days=40)
    for name, address in (("otto", "/team"), ("helen", "/hr"), ("helen", "/audit")):
        page = as_(name).get(address).text
        assert "be a mentor" not in page and "for a mentor" not in page, address


def test_what_is_in_use_counts_nobody_who_only_asks(as_: Any, who: Any, things: Any) -> None:
    asks("erin", mentor("otto"))
    assert "0 of 1 places are in use." in as_("helen").get("/growth/mentors/usage").text


def test_whoever_reads_a_duty_finds_the_task_behind_it(as_: Any, who: Any, things: Any) -> None:
    given = task("mara", seats=2)
    wants("erin", given).accept(by=who.mara)
    wants("ben", given)
    for kind, readers in (
        ("stretch", ("erin", "mara", "dora", "helen")),
        ("stretch_answer", ("mara", "dora", "helen")),
    ):  # fmt: skip
        duty = Assignment.get(Assignment.kind == kind)
        for name in readers:
            client = as_(name)
            assert client.get(f"/assignments/{duty.id}").status_code == 200, (kind, name)
            assert client.get(duty.url.partition("#")[0]).status_code == 200, (kind, name)


def test_those_above_see_in_a_plan_that_there_is_a_mentor_and_not_who(
    as_: Any, who: Any, things: Any
) -> None:
    mentor("otto")
    plan = plan_for(who)
    assert "Otto" not in as_("helen").get(plan.url).text, "nor HR, before they meet"
    Mentorship.get().accept("", by=who.otto)
    for name, sees in (("erin", True), ("helen", True), ("mara", False), ("dora", False)):
        for address in (plan.url, f"/growth/people/{who.erin.id}"):
            page = as_(name).get(address).text
            assert ("Otto" in page) is (sees and address == plan.url), (name, address)
    assert "Mentoring" in as_("mara").get(plan.url).text


def test_a_proposal_does_not_tell_whom_they_have_asked(as_: Any, who: Any, things: Any) -> None:
    asks("erin", mentor("otto", capacity=2))
    wants("erin", task("otto", seats=2))
    address = f"/growth/people/{who.erin.id}/plans/new/talking"
    hers, theirs = as_("erin").get(address).text, as_("mara").get(address).text
    assert "Ask Otto" not in hers and "Run the demo day" not in hers
    assert "Ask Otto Weiß to be a mentor" in theirs and "Run the demo day" in theirs


def test_a_task_is_kept_by_whoever_offers_it_and_hr(as_: Any, who: Any, things: Any) -> None:
    given = task("mara", seats=5)
    knock(as_, STAFF, given.url, nowhere="/growth/stretch/999999")
    keeps = {**dict.fromkeys(cast.NAMES, 403), "audrey": 404, "lev": 303}
    keeps |= {"mara": 200, "helen": 200}
    nowhere = "/growth/stretch/999999/edit"
    knock(as_, keeps, f"{given.url}/edit", nowhere=nowhere)
    posts, data = sent(keeps), TASK | {"competency": str(things.talking.id)}
    knock(as_, posts, f"{given.url}/edit", data=data, nowhere=nowhere)
    for verb in ("closing", "reopening"):

        def anew(verb: str = verb) -> str:
            return f"{task('mara').url}/{verb}"

        knock(as_, posts, "", data={}, before=anew, nowhere=f"/growth/stretch/999999/{verb}")
    asking = STAFF | {name: 303 for name in STAFF if STAFF[name] == 200} | {"mara": 403}
    knock(
        as_, asking, f"{given.url}/request", data={"wish": ""}, before=lambda: None,
        nowhere="/growth/stretch/999999/request",
    )  # fmt: skip


def test_a_seat_is_answered_by_whoever_offers_the_task_and_hr(
    as_: Any, who: Any, things: Any
) -> None:
    nowhere = "/growth/stretch/seats/999999"
    keeps, numbers = NOBODY | {"mara": 303, "helen": 303}, count()

    def asked() -> str:
        return f"/growth/stretch/seats/{wants('erin', task('mara', text=next(numbers))).id}"

    def given() -> str:
        seat = wants("erin", task("mara", text=next(numbers)))
        seat.accept(by=who.mara)
        return f"/growth/stretch/seats/{seat.id}"

    answers, own = keeps | {"erin": 403}, NOBODY | {"erin": 303, "mara": 403, "helen": 403}
    for verb, data, table, before in (
        ("acceptance", {}, answers, asked), ("refusal", {"word": "No."}, answers, asked),
        ("confirmation", {}, answers, given), ("report", {"said": "Done."}, own, given),
        ("withdrawal", {}, own, given),
    ):  # fmt: skip
        knock(
            as_, table, "", data=data, before=lambda b=before, v=verb: f"{b()}/{v}",
            nowhere=f"{nowhere}/{verb}",
        )  # fmt: skip


def test_who_asked_for_a_task_is_seen_by_whoever_offers_it(as_: Any, who: Any, things: Any) -> None:
    given = task("otto", seats=2)
    wants("erin", given, wish="CANARY wish")
    for name in ("mara", "dora", "olga", "ben", "adam"):
        page = as_(name).get(given.url).text
        assert "Erin" not in page and "CANARY" not in page, name
    for name in ("otto", "helen"):
        assert "CANARY wish" in as_(name).get(given.url).text
    assert "demo day" not in as_("mara").get(f"/growth/people/{who.erin.id}").text


def test_who_offers_a_task_answers_though_they_lead_nobody_any_more(
    as_: Any, who: Any, things: Any
) -> None:
    given = task("otto")
    seat = wants("erin", given)
    move_under("olga", "dora")
    otto = as_("otto")
    assert "Erin" in otto.get(given.url).text
    otto.post(f"/growth/stretch/seats/{seat.id}/acceptance")
    assert again(seat).state == "accepted"
    assert otto.get("/growth/stretch/new").status_code == 404, "a new one is for who leads"


def test_reading_somebodys_plan_is_noted(as_: Any, who: Any, things: Any) -> None:
    plan = plan_for(who)
    for name in ("helen", "erin", "ben"):
        as_(name).get(plan.url)
    looks = [(look.person_id, look.subject_kind, look.about_id) for look in Look.newest()]
    assert looks == [(who.helen.id, "development_plan", who.erin.id)]
    assert "Development plans" in as_("helen").get("/audit/looks").text
