"""The state of a day: right for each person, and the same bytes for ever."""

import json
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.certificates.models import Certificate, CertificateDetails
from portal.certificates.types import CertificateType
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage, Requirement
from portal.compliance.needs import Moment
from portal.compliance.schedule import Rhythm
from portal.documents.models import Document
from portal.evidence import access, as_of
from portal.people import teams
from portal.people.importing import Import
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from portal.policies.models import Signature
from tests import cast
from tests.people.files import apply, read, rows
from tests.policies.conftest import CONDUCT, republish, signs

MATERIAL = CONDUCT.replace("50 euros.", "30 euros.")


def report(on: date, known_at: datetime) -> bytes:
    moment = Moment(on, known_at)
    held = as_of.held_on(moment)
    return b"".join(as_of.as_json(moment, held)) + b"".join(as_of.as_csv(moment, held))


def states(on: date, known_at: datetime | None = None) -> dict[int, str]:
    moment = Moment(on, as_of.pin(known_at))
    return {line.person: line.state for line in as_of.lines(moment, as_of.held_on(moment))}


# -- what it says ------------------------------------------------------------------------------


def test_each_state_has_its_days(conduct: Any, who: Any, move_clock: Any) -> None:
    """Published on Wednesday, to be signed within 14 days; Nia, who joins on Monday, within 7."""
    (asked,) = access.requirements()
    exemptions.exempt(asked, [who.ben], until=date(2026, 12, 10), reason="Leave", by=who.helen)
    move_clock(days=1)
    signs(conduct, who.erin)
    move_clock(days=40)
    assert states(date(2026, 11, 17)) == {}, "nobody was asked before"
    day = date(2026, 11, 18)
    assert states(day)[who.erin.id] == states(day)[who.otto.id] == as_of.OWED
    assert states(day)[who.ben.id] == as_of.EXEMPT
    assert who.nia.id not in states(day) and states(cast.MONDAY)[who.nia.id] == as_of.OWED
    assert states(date(2026, 11, 19))[who.erin.id] == as_of.VALID
    assert states(date(2026, 12, 2))[who.otto.id] == as_of.OWED
    assert states(date(2026, 12, 3))[who.otto.id] == as_of.OVERDUE
    assert states(date(2026, 12, 1))[who.nia.id] == as_of.OVERDUE
    assert states(date(2026, 12, 10))[who.ben.id] == as_of.EXEMPT
    assert states(date(2026, 12, 11))[who.ben.id] == as_of.OWED, "asked anew from then on"
    assert who.lev.id not in states(day) and who.audrey.id not in states(day)


def test_what_is_done_counts_until_it_is_due_again_and_grace_comes_after(
    who: Any, database: Any, move_clock: Any
) -> None:
    kind = CertificateType.set_up(by=who.helen, name="First aid", needs_file=False)
    Requirement.set(
        kind="certificate", target=kind.id, audience="department = Sales",
        rhythm=Rhythm(lead_days=30, grace_days=10), starts_on=cast.TODAY, by=who.helen,
    )  # fmt: skip
    following.follow_all()
    Certificate.bring(
        kind, who.olga, by=who.helen, issued_on=date(2025, 1, 1), expires_on=date(2027, 1, 31)
    )
    move_clock(days=200)
    of = {
        day: states(day)[who.olga.id]
        for day in (cast.TODAY, date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 11))
    }
    assert list(of.values()) == [as_of.VALID, as_of.VALID, as_of.GRACE, as_of.OVERDUE]


def test_it_holds_numbers_and_no_names(signed: Any, who: Any) -> None:
    facts = report(clock.today(), clock.now())
    for person in vars(who).values():
        assert person.name.encode() not in facts and person.email.encode() not in facts
    told = json.loads(facts.split(b"as_of,known_at,")[0])
    assert told["about"]["known_at"] == "2026-11-20T09:00:00.000000Z"
    line = next(one for one in told["lines"] if one["person"] == who.erin.id)
    assert line["ref"].startswith("acknowledgment:") and len(line["record"]) == 64


def test_a_moment_to_come_is_refused(database: Any) -> None:
    with pytest.raises(as_of.TooEarly):
        as_of.pin(clock.now() + timedelta(microseconds=1))
    assert as_of.pin(None) == clock.now()


def test_it_reads_no_events_and_nothing_of_today(signed: Any, queries: Any) -> None:
    with queries() as seen:
        report(clock.today(), clock.now())
    text = " ".join(seen)
    assert '"event"' not in text
    assert "opened_for" not in text and '"due_on"' not in text


def test_queries_do_not_grow_with_people(signed: Any, queries: Any) -> None:
    with queries() as few:
        report(clock.today(), clock.now())
    for number in range(20):
        _hire(f"Extra {number}", clock.today())
    following.follow_all()
    cast.stand_still()
    with queries() as many:
        report(cast.TODAY, clock.now())
    assert len(many) <= len(few)


# -- the same bytes, whatever happens later --------------------------------------------------


@pytest.fixture
def remembered(signed: Any, who: Any, move_clock: Any) -> Callable[[], None]:
    """Remembers the reports of some days as known now; called, it holds them against today's."""
    exemptions.exempt(access.requirements()[0], [who.ben], until=None, reason="x", by=who.helen)
    move_clock(hours=1)
    known_at = as_of.pin()
    days = [cast.TODAY, cast.TODAY + timedelta(days=1), clock.today(), cast.TODAY.replace(day=30)]
    kept = {day: report(day, known_at) for day in days}
    move_clock(days=3)

    def compare() -> None:
        following.follow_all()
        for day, before in kept.items():
            assert report(day, known_at) == before, day

    return compare


def test_a_back_dated_transfer_changes_what_is_known_now_and_nothing_known_then(
    publish: Any, who: Any, move_clock: Any
) -> None:
    publish(CONDUCT.replace("audience: everyone", "audience: department = Sales"))
    move_clock(days=2)
    known_at, day = as_of.pin(), clock.today()
    before = report(day, known_at)
    move_clock(days=5)
    Position.take(
        who.erin, by=who.helen, starts_on=day - timedelta(days=1), team=Team.named("Sales")
    )
    following.follow_all()
    assert report(day, known_at) == before
    assert who.erin.id in states(day) and who.erin.id not in states(day, known_at)


def test_an_import_taken_back(remembered: Any, as_: Any, who: Any) -> None:
    head = "number,email,name,start,role,department"
    line = "901,tove@halden.example,Tove Øst,2026-11-01,Engineer,Sales"
    moved = ",erin@halden.example,Erin Castellanos,2024-03-01,Lead,Sales"
    helen = as_("helen")
    read(helen, rows(line, moved, head=head))
    assert apply(helen).status_code == 303
    following.follow_all()
    remembered()
    known_at, day = as_of.pin(), clock.today()
    between = report(day, known_at)
    cast.stand_still()
    clock.set_source(lambda: known_at + timedelta(hours=1))
    assert helen.post(f"/people/imports/{Import.get().id}/undoing").status_code == 303
    remembered()
    assert report(day, known_at) == between


def test_a_new_material_text(remembered: Any, signed: Any, who: Any) -> None:
    republish(signed, MATERIAL, who.helen, is_material=True)
    remembered()
    assert states(clock.today())[who.erin.id] == as_of.OWED


def test_retired_and_back_in_force(remembered: Any, signed: Any, who: Any, move_clock: Any) -> None:
    Document.get_by_id(signed.id).retire(by=who.helen)
    remembered()
    known_at, day = as_of.pin(), clock.today()
    move_clock(days=1)
    between = report(clock.today(), as_of.pin())
    at = as_of.pin()
    move_clock(days=1)
    Document.get_by_id(signed.id).reinstate(by=who.helen)
    remembered()
    assert report(at.date(), at) == between and report(day, known_at)


def test_names_changed_and_erased(remembered: Any, signed: Any, who: Any) -> None:
    who.erin.correct(by=who.helen, name="Erin Other", email="other@halden.example", quietly=True)
    teams.rename(Team.named("Sales"), "Selling", by=who.helen)
    republish(signed, CONDUCT.replace("title: Code of conduct", "title: Conduct"), who.helen)
    with db.write():
        Signature.delete().execute()
    remembered()


def test_an_exemption_taken_back(remembered: Any, who: Any) -> None:
    exemptions.take_back(access.requirements()[0], [who.ben], by=who.helen)
    remembered()
    assert states(clock.today())[who.ben.id] == as_of.OWED


def test_other_terms_and_the_end(remembered: Any, who: Any, move_clock: Any) -> None:
    asked = access.requirements()[0]
    asked.change(
        audience="department = Sales", rhythm=Rhythm(every_months=1, first_days=3),
        starts_on=cast.TODAY, by=who.helen,
    )  # fmt: skip
    remembered()
    move_clock(days=1)
    Requirement.get_by_id(asked.id).end(clock.today(), by=who.helen)
    remembered()
    move_clock(days=1)
    assert states(clock.today()) == {}


def test_a_certificate_superseded(who: Any, database: Any, move_clock: Any) -> None:
    kind = CertificateType.set_up(by=who.helen, name="First aid", needs_file=False)
    Requirement.set(
        kind="certificate", target=kind.id, audience="everyone", rhythm=Rhythm(),
        starts_on=cast.TODAY, by=who.helen,
    )  # fmt: skip
    following.follow_all()
    said = {"issued_on": date(2026, 1, 1), "expires_on": date(2028, 1, 1)}
    brought = Certificate.bring(kind, who.olga, by=who.helen, **said)
    move_clock(days=1)
    known_at, day = as_of.pin(), clock.today()
    before = report(day, known_at)
    move_clock(days=1)
    Certificate.get_by_id(brought.id).correct(by=who.helen, **(said | {"expires_on": day}))
    with db.write():
        CertificateDetails.erase([brought.id])
    assert report(day, known_at) == before
    assert states(day, known_at)[who.olga.id] == as_of.VALID


# -- whatever happens ------------------------------------------------------------------------


def _hire(name: str, starts_on: date) -> Person:
    first = name.lower().replace(" ", ".")
    return Person.hire(
        by=None, name=name, email=f"{first}@halden.example", starts_on=starts_on, details={},
        role="Engineer", team=Team.named("Engineering"),
    )  # fmt: skip


class History:
    """Verbs in a random order on a company; each may refuse, as people's orders do."""

    def __init__(self, seed: int, by: Person) -> None:
        self.dice, self.by, self.seed, self.hired = random.Random(seed), by, seed, 0
        self.policies = [
            self._publish(Document.start("policy", f"Policy {number}", by=by), number)
            for number in range(2)
        ]
        self.type = CertificateType.set_up(by=by, name="First aid", needs_file=False)
        self.asked = Requirement.set(
            kind="certificate", target=self.type.id, audience="department = Sales",
            rhythm=Rhythm(every_months=1, grace_days=5), starts_on=clock.today(), by=by,
        )  # fmt: skip
        self.verbs: list[Callable[[], Any]] = [
            self.hire, self.depart, self.move, self.move, self.sign, self.sign, self.sign,
            self.publish, self.publish, self.retire, self.exempt, self.take_back, self.change,
            self.end, self.bring, self.bring, self.correct, self.take_out, self.rename,
            self.follow, self.follow, self.follow,
        ]  # fmt: skip

    def _publish(self, document: Document, number: int) -> Document:
        euros = self.dice.randrange(10, 99)
        months = self.dice.choice(["", "", "sign-again: 1 month\n"])
        audience = self.dice.choice(["everyone", "department = Sales", "role = Engineer"])
        text = CONDUCT.partition("## Questions")[0].replace("50 euros", f"{euros} euros")
        text = text.replace("title: Code of conduct", f"title: Policy {number}")
        text = text.replace("audience: everyone\n", f"audience: {audience}\n{months}")
        document.publish(text, by=self.by, is_material=self.dice.random() < 0.5)
        return document

    def _person(self) -> Person:
        people = Person.select().where(Person.hired_on.is_null(False)).order_by(Person.id)
        return self.dice.choice(list(people))

    def _policy(self) -> Document:
        return Document.get_by_id(self.dice.choice(self.policies).id)  # type: ignore[no-any-return]

    def _day(self, back: int = 40, ahead: int = 10) -> date:
        return clock.today() + timedelta(days=self.dice.randint(-back, ahead))

    def hire(self) -> None:
        self.hired += 1
        _hire(f"Person {self.seed} {self.hired}", self._day())

    def depart(self) -> None:
        person, day = self._person(), self._day()
        person.depart(by=self.by, last_day_on=day, access_ends_at=clock.now())

    def move(self) -> None:
        team = Team.named(self.dice.choice(["Sales", "Engineering", "People"]))
        role = self.dice.choice(["Engineer", "Lead"])
        Position.take(self._person(), by=self.by, starts_on=self._day(), team=team, role=role)

    def sign(self) -> None:
        signs(self._policy(), self._person())

    def publish(self) -> None:
        number = self.dice.randrange(2)
        self._publish(Document.get_by_id(self.policies[number].id), number)

    def retire(self) -> None:
        document = self._policy()
        document.reinstate(by=self.by) if document.retired_at else document.retire(by=self.by)

    def _requirement(self) -> Requirement:
        return self.dice.choice(access.requirements())

    def exempt(self) -> None:
        until = self.dice.choice([None, self._day(0, 30)])
        exemptions.exempt(
            self._requirement(), [self._person()], until=until, reason="So", by=self.by
        )

    def take_back(self) -> None:
        exemptions.take_back(self._requirement(), [self._person()], by=self.by)

    def change(self) -> None:
        audience = self.dice.choice(["everyone", "department = Sales", "role = Lead"])
        rhythm = Rhythm(every_months=self.dice.randrange(3), first_days=self.dice.randrange(20))
        self.asked.change(audience=audience, rhythm=rhythm, starts_on=self._day(), by=self.by)

    def end(self) -> None:
        if self.dice.random() < 0.3:
            self._requirement().end(clock.today(), by=self.by)

    def bring(self) -> None:
        issued = self._day()
        ends = issued + timedelta(days=self.dice.randint(10, 90))
        Certificate.bring(self.type, self._person(), by=self.by, issued_on=issued, expires_on=ends)

    def _certificate(self) -> Certificate:
        return self.dice.choice(list(Certificate.select().order_by(Certificate.id)))  # type: ignore[no-any-return]

    def correct(self) -> None:
        one = self._certificate()
        one.correct(by=self.by, issued_on=one.issued_on, expires_on=self._day(0, 60))

    def take_out(self) -> None:
        self._certificate().take_out(by=self.by)

    def rename(self) -> None:
        person = self._person()
        person.correct(by=self.by, name=f"Renamed {self.dice.random()}", quietly=True)

    def follow(self) -> None:
        following.follow_all()


def test_a_row_changed_where_it_stands_would_be_noticed(remembered: Any, who: Any) -> None:
    with db.write():
        Coverage.update(since=cast.TODAY - timedelta(days=9)).execute()
    with pytest.raises(AssertionError):
        remembered()


def test_two_hundred_things_happen_and_every_report_stays_what_it_was(
    who: Any, move_clock: Any
) -> None:
    history, kept, refused = History(20261118, who.helen), {}, 0
    began = clock.now()
    for number in range(200):
        move_clock(hours=history.dice.randint(1, 30))
        verb = history.dice.choice(history.verbs)
        try:
            verb()
        except (ValueError, AssertionError, IndexError, RuntimeError):
            refused += 1
        if number % 4 == 0:
            move_clock(seconds=1)
            known_at = as_of.pin()
            seconds = history.dice.randrange(int((known_at - began).total_seconds()))
            for moment in (known_at, began + timedelta(seconds=seconds)):
                day = moment.date() - timedelta(days=history.dice.randint(-5, 20))
                kept.setdefault((day, moment), report(day, moment))
    assert refused < 100
    lines = {key: before.count(b'"state"') for key, before in kept.items()}
    assert sum(1 for count in lines.values() if count) > 40, "there is something to compare"
    changed = [key for key, before in kept.items() if report(*key) != before]
    assert changed == []
