"""Data quality: each fault is found, said once, and one tap away from where it is put right."""

from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.metrics import owning
from portal.metrics.measure import measures
from portal.people import quality
from portal.people.functions import Function, Holder
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast

YESTERDAY = cast.TODAY - timedelta(days=1)


def found(slug: str) -> list[str]:
    return [case.name for one in quality.findings() if one.slug == slug for case in one.cases]


def update(person: Person, **values: Any) -> None:
    with db.write():
        Person.update(values).where(Person.id == person.id).execute()


def test_the_cast_has_few_faults_and_the_page_says_so(as_: Any) -> None:
    # Helen, Ida and Adam have no manager and lead nobody; Dora and Otto stand at the top.
    assert found("no-manager") == ["Adam Farouk", "Helen Brandt", "Ida Sørensen"]
    # Nobody said whether Lev wanted to leave, and nobody answers for the measures yet.
    assert found("why-left") == ["Lev Abramov"] and len(found("no-owner")) == 1
    assert quality.count() == 5
    page = as_("helen").get("/people/quality").text
    assert "Without a manager" in page and f"/people/{cast.person('ida').id}/position" in page


def test_each_kind_of_fault_is_found(as_: Any, who: Any) -> None:
    last = YESTERDAY
    who.mara.depart(by=None, last_day_on=last, access_ends_at=clock.now() + timedelta(days=9))
    assert found("manager-left") == ["Ben Hartmann", "Erin Castellanos", "Nia Novak"]
    assert found("access") == ["Mara Okafor"]
    held = who.olga.position()
    with db.write():
        Position.update(team=None, location=None).where(Position.id == held.id).execute()
        Position.update(superseded_at=clock.now()).where(Position.person == who.ida).execute()
        Position.update(manager=who.olga).where(Position.person == who.otto).execute()
    assert found("no-team") == found("no-place") == ["Olga Søndergaard"]
    assert found("no-position") == ["Ida Sørensen"]
    assert found("circle") == ["Olga Søndergaard", "Otto Weiß"]
    update(who.adam, zone="", email="none")
    assert found("no-zone") == found("no-email") == ["Adam Farouk"]
    Person.hire(by=None, name="BEN  Hartmann", email="b2@b.cc", starts_on=cast.TODAY, details={})
    assert len(found("twins")) == 2
    Holder.appoint(Function.named("it"), who.mara, by=None, starts_on=date(2026, 1, 1))
    assert found("holder-left") == ["Mara Okafor"]
    page = as_("helen").get("/people/quality")
    assert page.status_code == 200 and page.text.count('<section class="section"') == 13


def test_probation_and_leave_that_are_over_want_a_word(who: Any) -> None:
    who.erin.settle_employment(
        by=None, hired_on=who.erin.hired_on, probation_ends_on=YESTERDAY, probation_passed_on=None
    )
    leave = Leave.record(
        who.ben, "other", by=None, starts_on=YESTERDAY - timedelta(days=9), ends_on=YESTERDAY
    )
    assert (found("probation"), found("leave")) == (["Erin Castellanos"], ["Ben Hartmann"])
    who.erin.settle_employment(
        by=None, hired_on=who.erin.hired_on, probation_ends_on=YESTERDAY,
        probation_passed_on=cast.TODAY,
    )  # fmt: skip
    leave.come_back(cast.TODAY, by=None)
    assert found("probation") == found("leave") == []


def test_a_way_back_to_a_manager_who_has_left_by_then_is_found(who: Any) -> None:
    Position.take(who.erin, by=None, starts_on=date(2027, 3, 1), level="L2")
    assert found("later-manager") == []
    who.mara.depart(by=None, last_day_on=date(2027, 2, 1), access_ends_at=None)
    assert found("later-manager") == ["Erin Castellanos"] and found("manager-left") == []


def test_every_tap_leads_to_a_page_that_opens(as_: Any, who: Any) -> None:
    test_each_kind_of_fault_is_found(as_, who)
    helen = as_("helen")
    for finding in quality.findings():
        for case in finding.cases:
            own = f"/people/{who.helen.id}/" in case.url
            assert helen.get(case.url).status_code == (403 if own else 200), case.url


def test_nothing_wrong_is_a_sentence(as_: Any, who: Any) -> None:
    for person in (who.adam, who.ida, who.helen):
        Position.take(person, by=None, starts_on=cast.TODAY, manager=who.dora)
    update(who.lev, departure_voluntary=True)
    for measure in measures.values():
        owning.settle(measure, by=None, owner=who.helen, target=measure.target)
    assert quality.findings() == []
    assert "Nothing to put right" in as_("helen").get("/people/quality").text


def test_the_page_takes_few_queries_however_many_people(as_: Any, queries: Any, who: Any) -> None:
    from portal.people.importing import Import
    from tests.people.test_import_size import file_of

    helen = as_("helen")
    with queries() as seen:
        helen.get("/people/quality")
    few = len(seen)
    assert few <= 8
    Import.keep(file_of(300), "many.csv", by=who.helen).apply(by=who.helen)
    with queries() as seen:
        page = helen.get("/people/quality").text
    assert len(seen) == few and len(page) < 200_000
