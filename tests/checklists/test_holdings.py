"""What people were handed out: with a proof, taken back with one, and nothing forgotten."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.audit import Event
from portal.checklists import access, catching_up
from portal.checklists.holdings import Holding
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.checklists.taking import NeedsProof
from portal.people.functions import Function, Holder
from portal.people.org import Location
from portal.people.positions import Position
from portal.uploads.forms import UploadField
from portal.uploads.models import Upload
from tests import cast
from tests.reach import knock

ARRIVING = """## Before day one
- [ ] Give access to the code @it due:start-1 minutes:10 access:github
- [ ] Hand out the laptop @it due:start minutes:10 equipment:laptop
"""
LEAVING = """## Last day
- [ ] Close every access due:end revoke:all
- [ ] Collect the equipment @facilities due:end collect:all
"""
LAST_DAY = date(2026, 12, 18)


@pytest.fixture
def arriving(publish: Any, who: Any) -> list[Step]:
    plan = publish(ARRIVING, title="Arriving")
    return Step.of(Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen))


@pytest.fixture
def leave(publish: Any, who: Any) -> Any:
    """`leave("erin")` starts the list of somebody who leaves on 18 December."""
    plan = publish(LEAVING, "offboarding", title="Leaving")

    def start(name: str) -> Checklist:
        person = cast.person(name)
        person.depart(
            by=who.helen,
            last_day_on=LAST_DAY,
            access_ends_at=datetime(2026, 12, 18, 17, tzinfo=UTC),
        )
        return Checklist.start(plan.current, person, LAST_DAY, by=who.helen)

    return start


def has(person: Any, kind: str, name: str, by: Any, **more: Any) -> Holding:
    return Holding.give(person, kind, name, by=by, proof=f"Proof of {name}", **more)


def titles(running: Checklist) -> list[tuple[str, str, str]]:
    return [(step.title, step.owner_words, step.state) for step in Step.of(running)]


def test_a_step_that_hands_out_is_done_only_with_a_proof(
    as_: Any, arriving: list[Step], who: Any
) -> None:
    step = arriving[0]
    address = f"/checklists/steps/{step.id}/completion"
    ida = as_("ida")
    page = ida.post(address, data={"proof": "  "})
    assert page.status_code == 422
    assert "Say what proves it" in page.text and page.text.count("<title>Error: ") == 1
    assert not Holding.select().exists()
    assert ida.post(address, data={"proof": "nia-novak, ticket 17"}).status_code == 303
    held = Holding.get()
    assert (held.kind, held.name, held.given_proof) == ("access", "github", "nia-novak, ticket 17")
    assert (held.person, held.given_by, held.function.slug) == (who.nia, who.ida, "it")
    assert "nia-novak, ticket 17" in as_("helen").get(f"/checklists/{step.checklist_id}").text


def test_ticked_from_today_it_asks_for_the_proof_on_its_page(
    as_: Any, arriving: list[Step]
) -> None:
    step = arriving[0]
    address = f"/checklists/steps/{step.id}/completion"
    ida = as_("ida")
    answer = ida.hx(address, "assignment-1", data={"from": "today"})
    assert answer.headers["HX-Redirect"] == f"/checklists/steps/{step.id}#proof"
    assert ida.post(address, data={"from": "today"}).location.endswith("#proof")
    assert Step.get_by_id(step.id).state == "open"
    assert 'id="proof"' in ida.get(f"/checklists/steps/{step.id}").text


@pytest.mark.parametrize("proof", ["x" * 301, "a\0b", "\t \n"])
def test_a_proof_that_cannot_be_kept_is_an_error_at_its_field(
    as_: Any, arriving: list[Step], proof: str
) -> None:
    answer = as_("ida").post(
        f"/checklists/steps/{arriving[0].id}/completion",
        data={"proof": proof},
    )
    assert answer.status_code in (400, 422)
    assert not Holding.select().exists()


def test_undo_takes_the_handing_out_back_and_doing_it_again_says_it_anew(
    arriving: list[Step], who: Any
) -> None:
    step = Step.find(arriving[0].id)
    step.complete(by=who.ida, proof="wrong-name")
    step.reopen(by=who.ida)
    assert not Holding.select().where(Holding.is_out()).exists()
    Step.find(step.id).complete(by=who.ida, proof="nia-novak")
    (held,) = Holding.select().where(Holding.is_out())
    assert held.given_proof == "nia-novak"
    assert Step.find(step.id).proof == "nia-novak"


def test_what_was_taken_back_since_stays_said(arriving: list[Step], who: Any, as_: Any) -> None:
    step = Step.find(arriving[0].id)
    step.complete(by=who.ida, proof="nia-novak")
    Holding.get().take(by=who.ida, proof="Closed")
    assert not Step.find(step.id).reopen(by=who.ida)
    assert as_("ida").post(f"/checklists/steps/{step.id}/reopening").status_code == 403


def test_a_leaver_has_one_step_for_each_thing_with_whoever_gave_it(leave: Any, who: Any) -> None:
    it = Function.named("it")
    has(who.erin, "access", "github", who.ida, function=it)
    has(who.erin, "access", "crm", who.helen)
    has(who.erin, "access", "wiki", who.lev)
    has(who.erin, "equipment", "laptop", who.ida)
    closed = has(who.erin, "access", "old-vpn", who.ida)
    closed.take(by=who.ida, proof="Closed")
    Holder.appoint(Function.named("facilities"), who.ben, by=who.helen, starts_on=cast.TODAY)
    running = leave("erin")
    assert titles(running) == [
        ("Close every access: github", "IT", "open"),
        ("Close every access: crm", "Helen Brandt", "open"),
        ("Close every access: wiki", "Owner missing", "open"),
        ("Collect the equipment: laptop", "Facilities", "open"),
    ]


def test_where_all_came_back_the_step_is_done_at_once(leave: Any, who: Any) -> None:
    for kind, name in (("access", "github"), ("equipment", "laptop")):
        has(who.erin, kind, name, who.ida).take(by=who.ida, proof="Ticket 9")
    running = leave("erin")
    assert titles(running) == [
        ("Close every access: nothing is held", "HR", "done"),
        ("Collect the equipment: nothing is held", "Owner missing", "done"),
    ]
    assert not Assignment.select().where(Assignment.is_open()).exists()
    assert not Checklist.select().where(Checklist.is_running()).exists()


def test_where_nothing_was_ever_recorded_somebody_looks(leave: Any, who: Any) -> None:
    running = leave("erin")
    assert titles(running) == [
        ("Close every access: nothing is recorded, please look", "HR", "open"),
        ("Collect the equipment: nothing is recorded, please look", "Owner missing", "open"),
    ]
    step = Step.of(running)[0]
    assert not step.wants_proof and step.complete(by=who.helen)


def test_taking_back_needs_a_proof_and_the_time_is_kept(
    leave: Any, who: Any, as_: Any, move_clock: Any
) -> None:
    held = has(who.erin, "access", "github", who.ida, function=Function.named("it"))
    running = leave("erin")
    step = Step.of(running)[0]
    move_clock(days=2)
    address = f"/checklists/steps/{step.id}/completion"
    assert as_("ida").post(address, data={"proof": ""}).status_code == 422
    assert as_("ida").post(address, data={"proof": "Ticket 99"}).status_code == 303
    held = Holding.get_by_id(held.id)
    assert (held.taken_proof, held.taken_by, held.taken_at.day) == ("Ticket 99", who.ida, 20)
    as_("ida").post(f"/checklists/steps/{step.id}/reopening")
    assert Holding.get_by_id(held.id).is_held
    of_holdings = Event.select().where(Event.tag.startswith("holding."))
    tags = [event.tag for event in of_holdings.order_by(Event.seq)]
    assert tags == ["holding.given", "holding.taken_back", "holding.left_out"]


def test_what_is_handed_out_after_the_start_becomes_a_step_and_only_once(
    leave: Any, who: Any, move_clock: Any
) -> None:
    running = leave("erin")
    move_clock(hours=1)
    has(who.erin, "access", "github", who.ida, function=Function.named("it"))
    assert catching_up.add_late_holdings() == 1
    assert catching_up.add_late_holdings() == 0
    assert ("Close every access: github", "IT", "open") in titles(running)
    assert Checklist.get_by_id(running.id).late_duties(LAST_DAY.replace(day=20))


def test_a_plan_that_takes_back_one_system_adds_no_other(
    publish: Any, who: Any, move_clock: Any
) -> None:
    plan = publish("- [ ] Close it @hr due:end revoke:github", "offboarding")
    Checklist.start(plan.current, who.erin, LAST_DAY, by=who.helen)
    move_clock(hours=1)
    has(who.erin, "access", "crm", who.ida)
    assert catching_up.add_late_holdings() == 0
    has(who.erin, "access", "github", who.ida)
    assert catching_up.add_late_holdings() == 1


def test_a_list_that_ended_early_gets_no_new_step(leave: Any, who: Any, move_clock: Any) -> None:
    leave("erin").stop(by=who.helen, reason="She stays")
    move_clock(hours=1)
    has(who.erin, "access", "github", who.ida)
    assert catching_up.add_late_holdings() == 0


def test_taken_back_on_the_persons_page_the_step_is_done_with_it(
    leave: Any, who: Any, as_: Any
) -> None:
    held = has(who.erin, "access", "github", who.ida)
    running = leave("erin")
    answer = as_("helen").post(f"/holdings/{held.id}/return", data={"proof": "Ticket 5"})
    assert answer.status_code == 303
    assert titles(running)[0][2] == "done"
    as_("helen").post(f"/holdings/{held.id}/reopening")
    assert titles(running)[0][2] == "open"
    as_("helen").post(f"/holdings/{held.id}/withdrawal")
    assert titles(running)[0][2] == "skipped"


def test_hr_and_it_record_what_somebody_has_and_nobody_their_own(as_: Any, who: Any) -> None:
    data = {"kind": "equipment", "name": "MacBook Pro", "proof": "C02XK"}
    table = {"helen": 303, "ida": 303, "mara": 403, "erin": 403, "dora": 403} | dict.fromkeys(
        ("ben", "otto", "olga", "adam", "audrey", "nia"), 404
    )
    address = f"/people/{who.erin.id}/holdings"
    knock(as_, table, address, data=data, nowhere="/people/999999/holdings")
    assert {held.name for held in Holding.select()} == {"macbook-pro"}
    assert as_("ida").post(f"/people/{who.ida.id}/holdings", data=data).status_code == 403
    refused = as_("helen").post(address, data=data | {"kind": "car", "proof": ""})
    assert refused.status_code == 422


def test_a_persons_things_are_for_them_their_line_hr_and_it(as_: Any, who: Any) -> None:
    has(who.erin, "access", "github", who.ida, function=Function.named("it"))
    table = {"helen": 200, "ida": 200, "mara": 200, "dora": 200, "erin": 200} | dict.fromkeys(
        ("ben", "otto", "olga", "adam", "audrey", "nia"), 404
    )
    knock(as_, table, f"/people/{who.erin.id}/holdings", nowhere="/people/999999/holdings")


def test_what_is_out_is_for_hr_and_it(as_: Any, who: Any) -> None:
    has(who.erin, "access", "github", who.ida)
    table = dict.fromkeys(cast.NAMES, 404) | {"helen": 200, "ida": 200}
    del table["lev"]
    for address in ("/holdings", "/holdings.csv", "/holdings?kind=access&name=github"):
        knock(as_, table, address, nowhere="/nothing")
    page = as_("ida").get("/holdings").text
    assert "Erin Castellanos: github" in page and "Proof of github" in page


# What is done to something somebody has, and what was done to it before.
DONE: dict[str, Callable[[Holding, Any], Any]] = {
    "return": lambda held, by: None,
    "reopening": lambda held, by: held.take(by=by, proof="Closed"),
    "withdrawal": lambda held, by: None,
    "restoration": lambda held, by: held.withdraw(by=by),
}


@pytest.mark.parametrize("verb", DONE)
def test_taking_back_and_every_undo_is_refused_to_everybody_else(
    as_: Any, who: Any, verb: str
) -> None:
    table = dict.fromkeys(cast.NAMES, 404) | {
        "helen": 303, "ida": 303, "mara": 403, "dora": 403, "erin": 403, "lev": 303,
    }  # fmt: skip

    def fresh(whose: str = "erin") -> str:
        held = has(cast.person(whose), "access", "github", who.ida)
        DONE[verb](held, who.ida)
        return f"/holdings/{held.id}/{verb}"

    data, nowhere = {"proof": "Closed"} if verb == "return" else {}, f"/holdings/999999/{verb}"
    knock(as_, table, "", data=data, before=fresh, nowhere=nowhere)
    for name in ("helen", "ida"):
        knock(as_, {name: 403}, fresh(name), data=data, nowhere=nowhere)
    if verb not in ("return", "withdrawal"):
        # Nothing of a colleague’s is undone by whoever holds IT somewhere else.
        it_of_lyon(who)
        knock(as_, {"otto": 404}, fresh(), data=data, nowhere=nowhere)


def test_a_function_sees_and_takes_back_what_it_handed_out(as_: Any, who: Any) -> None:
    facilities = Function.named("facilities")
    Holder.appoint(facilities, who.ben, by=who.helen, starts_on=cast.TODAY)
    key = has(who.olga, "equipment", "key", who.ben, function=facilities)
    has(who.olga, "access", "crm", who.ida)
    ben = cast.person("ben")
    assert [one.id for one in access.holdings_visible_to(ben)] == [key.id]
    assert as_("ben").post(f"/holdings/{key.id}/return", data={"proof": "Got it"}).location == "/"
    assert as_("ben").get("/holdings").status_code == 404


def test_a_leaver_who_still_has_something_is_named(as_: Any, who: Any) -> None:
    has(who.lev, "equipment", "laptop", who.ida)
    has(who.erin, "equipment", "laptop", who.ida)
    assert [held.person for held in Holding.with_leavers(Holding.select(), cast.TODAY)] == [who.lev]
    assert "With people who have left" in as_("helen").get("/holdings").text


def test_the_file_neutralizes_what_a_spreadsheet_would_compute(as_: Any, who: Any) -> None:
    has(who.erin, "access", "github", who.ida)
    Holding.give(who.erin, "access", "crm", by=who.ida, proof="=cmd()")
    lines = as_("helen").get("/holdings.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("kind,name,person")
    assert lines[1].endswith("'=cmd()")


def test_the_page_of_what_is_out_asks_few_questions(as_: Any, who: Any, queries: Any) -> None:
    for n in range(30):
        has(who.erin, "access", f"system-{n}", who.ida)
    helen = as_("helen")
    helen.get("/holdings")
    with queries() as seen:
        assert helen.get("/holdings").status_code == 200
    assert len(seen) <= 8, len(seen)


def photo(name: str = "laptop.png") -> Any:
    return (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 200), name)


def test_a_photo_comes_with_the_proof_and_is_handed_out_as_a_download(
    as_: Any, arriving: list[Step], who: Any
) -> None:
    step = arriving[1]
    ida = as_("ida")
    page = ida.get(f"/checklists/steps/{step.id}").text
    assert 'enctype="multipart/form-data"' in page and "A photo or a file" in page
    data = {"proof": "C02XK", "file": photo()}
    assert ida.post(f"/checklists/steps/{step.id}/completion", data=data).status_code == 303
    held = Holding.get()
    assert (held.given_file, held.given_type) == ("laptop.png", "image/png")
    address = f"/holdings/{held.id}/given/file"
    answer = ida.get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="laptop.png"'
    assert answer.data.startswith(b"\x89PNG")
    table = {"helen": 200, "mara": 200, "nia": 200, "ida": 200} | dict.fromkeys(
        ("erin", "ben", "otto", "audrey", "adam"), 404
    )
    knock(as_, table, address, nowhere="/holdings/999999/given/file")
    assert ida.get(f"/holdings/{held.id}/taken/file").status_code == 404
    assert ida.get(f"/holdings/{held.id}/nothing/file").status_code == 404


def test_a_file_of_a_kind_nobody_takes_is_refused_at_its_field(
    as_: Any, arriving: list[Step]
) -> None:
    data = {"proof": "C02XK", "file": (io.BytesIO(b"MZ\x90\x00" * 50), "virus.exe")}
    answer = as_("ida").post(f"/checklists/steps/{arriving[1].id}/completion", data=data)
    assert answer.status_code == 422 and 'id="file-error"' in answer.text
    assert not Holding.select().exists()


def test_the_verb_itself_wants_the_proof(arriving: list[Step], who: Any) -> None:
    with pytest.raises(NeedsProof):
        Step.find(arriving[0].id).complete(by=who.ida)


def it_of_lyon(who: Any, name: str = "otto") -> Location:
    """Who holds IT for another place than that of the cast, and for no other."""
    lyon = Location.open(by=None, name="Lyon", zone="Europe/Paris")
    it = Function.named("it")
    Holder.appoint(it, cast.person(name), by=who.helen, starts_on=cast.TODAY, location=lyon)
    return lyon


def test_a_departure_shows_to_it_only_once_it_has_come(as_: Any, who: Any, move_clock: Any) -> None:
    has(who.erin, "access", "github", who.ida)
    ends = datetime(2026, 12, 18, 17, tzinfo=UTC)
    who.erin.depart(by=who.helen, last_day_on=LAST_DAY, access_ends_at=ends)
    addresses = ("/holdings", "/holdings.csv", f"/people/{who.erin.id}/holdings")
    for address in addresses:
        page = as_("ida").get(address)
        assert page.status_code == 200 and "github" in page.text
        assert "18 Dec" not in page.text and "2026-12-18" not in page.text
        shown = as_("helen").get(address).text
        assert "18 Dec" in shown or "2026-12-18" in shown
    assert "18 Dec" in as_("mara").get(addresses[2]).text
    move_clock(days=31)
    assert "18 Dec" in as_("ida").get("/holdings").text
    assert "2026-12-18" in as_("ida").get("/holdings.csv").text


def test_it_of_another_place_learns_of_no_leaver_here(as_: Any, who: Any) -> None:
    lyon = it_of_lyon(who)
    has(who.lev, "equipment", "laptop", who.ida)
    page = as_("otto").get("/holdings").text
    assert who.lev.called not in page
    has(who.lev, "equipment", "badge", who.ida, location=lyon)
    page = as_("otto").get("/holdings").text
    assert f"{who.lev.called}: badge" in page and f"{who.lev.called}: laptop" not in page
    # The file of a leaver is HR's: to nobody else is there a link to it.
    assert f"/people/{who.lev.id}/holdings" not in page
    assert f"/people/{who.lev.id}/holdings" in as_("helen").get("/holdings").text


def test_it_of_another_place_records_and_takes_back_nothing_here(as_: Any, who: Any) -> None:
    lyon = it_of_lyon(who)
    data = {"kind": "equipment", "name": "Laptop", "proof": "C02XK"}
    address = f"/people/{who.erin.id}/holdings"
    assert as_("otto").post(address, data=data).status_code == 403
    held = has(who.erin, "equipment", "laptop", who.ida, location=who.erin.position().location)
    answer = as_("otto").post(f"/holdings/{held.id}/return", data={"proof": "Back"})
    assert answer.status_code == 404
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, location=lyon)
    assert as_("otto").post(address, data=data).status_code == 303


def test_what_was_handed_out_is_withdrawn_for_a_day_and_then_by_hr_alone(
    as_: Any, who: Any, move_clock: Any
) -> None:
    it = Function.named("it")
    first, second = (has(who.erin, "access", name, who.ida, function=it) for name in ("a", "b"))
    ida = as_("ida")
    assert ida.post(f"/holdings/{first.id}/withdrawal").status_code == 303
    move_clock(hours=25)
    assert as_("ida").post(f"/holdings/{second.id}/withdrawal").status_code == 403
    assert Holding.get_by_id(second.id).is_held
    assert as_("helen").post(f"/holdings/{second.id}/withdrawal").status_code == 303


@pytest.mark.parametrize("verb", ["reopening", "restoration"])
def test_every_other_undo_is_for_a_day_too_and_then_hrs_alone(
    as_: Any, who: Any, move_clock: Any, verb: str
) -> None:
    """As at the step: the proof that something came back is not lost a year later."""
    held = has(who.erin, "access", "github", who.ida)
    DONE[verb](held, who.ida)
    move_clock(hours=25)
    address, nowhere = (f"/holdings/{number}/{verb}" for number in (held.id, 999_999))
    knock(as_, {"ida": 403}, address, data={}, nowhere=nowhere)
    assert not Holding.get_by_id(held.id).is_held
    knock(as_, {"helen": 303}, address, data={}, nowhere=nowhere)
    assert Holding.get_by_id(held.id).is_held


def test_a_file_is_not_used_up_by_whoever_comes_too_late(
    as_: Any, arriving: list[Step], who: Any, app: Any, monkeypatch: Any
) -> None:
    step = Step.find(arriving[1].id)
    before = UploadField.pre_validate

    def meanwhile(field: Any, form: Any) -> None:
        before(field, form)
        Step.find(step.id).complete(by=who.helen, proof="Somebody was faster")

    monkeypatch.setattr(UploadField, "pre_validate", meanwhile)
    data = {"proof": "C02XK", "file": photo()}
    answer = as_("ida").post(f"/checklists/steps/{step.id}/completion", data=data)
    assert answer.status_code == 303
    (held,) = Holding.select()
    assert (held.given_proof, held.given_file) == ("Somebody was faster", "")
    assert Upload.select().where(Upload.owner == who.ida).count() == 1


def test_a_proof_without_a_file_is_a_small_form(as_: Any, arriving: list[Step]) -> None:
    address, kind = (
        f"/checklists/steps/{arriving[0].id}/completion",
        "application/x-www-form-urlencoded",
    )
    answer = as_("ida").post(address, data="a&" * 60_000, content_type=kind)
    assert answer.status_code == 413
