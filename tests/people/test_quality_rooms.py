"""Data quality over the whole portal: what each room finds, and one tap to where it is mended."""

from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.careers.openings import Opening
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.checklists.models import Checklist
from portal.compliance.models import Coverage, Requirement, Terms
from portal.documents.models import Document
from portal.metrics import owning
from portal.metrics.measure import measures
from portal.people import quality
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.careers.test_openings import asks, opening
from tests.people.test_quality import found, update

TRACK = """---
kind: track
title: {title}
summary: Where one may go.
owner: @hr
---
## First step
role: {role}
level: L1
kind: individual
One begins here.
"""
PAGE = """---
kind: page
title: {title}
summary: A page.
audience: everyone
---
Read.
"""
YEAR_AGO = cast.TODAY - timedelta(days=380)


def publish(kind: str, title: str, source: str, **values: Any) -> Document:
    helen = cast.person("helen")
    document = Document.start(kind, title, by=helen)
    document.publish(source.replace("{title}", title), by=helen)
    if values:
        with db.write():
            Document.update(**values).where(Document.id == document.id).execute()
    return document


def make_faults(who: Any) -> None:
    """One of each."""
    gone = Person.hire(
        by=None, name="Gus Gone", email="gus@b.cc", starts_on=date(2025, 1, 1), details={},
        role="Trainer", number="0042",
    )  # fmt: skip
    gone.depart(by=None, last_day_on=cast.TODAY - timedelta(days=9), access_ends_at=clock.now())
    for name, number in (("olga", "A-7"), ("ben", "a 007"), ("erin", "A-70")):
        update(cast.person(name), number=number)
    for n in range(16):
        Person.hire(
            by=None, name=f"Number {n}", email=f"n{n}@b.cc", starts_on=date(2025, 1, 1),
            details={}, role="Seller", manager=who.otto,
        )  # fmt: skip
    for role, more in (
        ("Old", {"wanted_from": date(2026, 9, 1)}), ("Led by nobody", {"manager": gone}),
    ):  # fmt: skip
        Vacancy.plan(by=None, role=role, **more)
    publish("page", "Nobody's", PAGE)
    publish("page", "Gone's", PAGE, owner=gone)
    publish("page", "Late", PAGE, owner=who.helen, review_on=date(2026, 11, 1))
    publish("track", "Engineering", TRACK.format(title="Engineering", role="Engineer"))
    publish("track", "Diving", TRACK.format(title="Diving", role="Diver"))
    Position.take(who.erin, by=None, starts_on=cast.TODAY, level="L1")
    asks("erin", opening(apply_by=cast.TODAY))
    with db.write():
        Opening.update(apply_by=date(2026, 10, 1)).execute()
    for number, measure in enumerate(measures.values()):
        target = measure.target
        owning.settle(measure, by=None, owner=who.helen if number else gone, target=target)


def test_what_the_rooms_find(as_: Any, who: Any) -> None:
    make_faults(who)
    assert found("why-left") == ["Gus Gone", "Lev Abramov"]
    assert found("numbers") == ["Ben Hartmann", "Olga Søndergaard"]
    assert found("many-reports") == ["Otto Weiß"]
    assert found("vacancy-late") == ["Old"] and found("vacancy-manager") == ["Led by nobody"]
    assert found("text-owner") == ["Gone's", "Nobody's"] and found("text-review") == ["Late"]
    assert found("level") == ["Ben Hartmann", "Nia Novak"], "Erin has one"
    assert found("track-roles") == ["Diving"]
    assert found("opening-over") == ["Account Executive"]
    assert found("no-owner") == [next(iter(measures.values())).title]
    helen = as_("helen")
    page = helen.get("/people/quality").text
    assert "was kept by Gus Gone" in page and "wanted from Tue 1 Sep" in page
    assert "Erin" not in page.partition("Openings that are over")[2], "who asks is not said"
    for finding in quality.findings():
        for case in finding.cases[:2]:
            if f"/people/{who.helen.id}/" not in case.url:
                assert helen.get(case.url).status_code == 200, case.url


def test_lists_papers_and_requirements(as_: Any, who: Any, plan: Any) -> None:
    """Nia joins on Monday; Ben has been asked about, and nobody answered."""
    assert found("no-onboarding") == ["Nia Novak"]
    running = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert found("no-onboarding") == []
    running.stop(by=who.helen, reason="No.")
    assert found("no-onboarding") == ["Nia Novak"]
    with db.write():
        Checklist.update(
            stopped_at=None, success_by=cast.TODAY - timedelta(days=20), person=who.ben
        ).execute()
    assert found("not-attested") == ["Ben Hartmann"]
    kind = _certificate(who)
    assert found("no-file") == ["Erin Castellanos"]
    with db.write():
        needed = Requirement.create(
            kind="certificate", target=kind, created_at=clock.now(), followed_at=clock.now()
        )
        Terms.create(
            requirement=needed, audience="team = Nowhere", audience_from=YEAR_AGO,
            starts_on=YEAR_AGO, holds_from=YEAR_AGO, recorded_at=clock.now(),
        )  # fmt: skip
    assert found("means-nobody") == ["Forklift"]
    helen = as_("helen")
    for slug in ("no-onboarding", "not-attested", "no-file", "means-nobody"):
        for finding in quality.findings():
            if finding.slug == slug:
                assert helen.get(finding.cases[0].url).status_code == 200, slug
    with db.write():
        Coverage.create(
            requirement=needed, person=who.ben, since=YEAR_AGO, event_on=YEAR_AGO,
            recorded_at=clock.now(),
        )  # fmt: skip
    assert found("means-nobody") == []


def _certificate(who: Any) -> int:
    with db.write():
        return _record(who)


def _record(who: Any) -> int:
    kind = CertificateType.create(
        name="Forklift", folded="forklift", slug="forklift", created_at=clock.now()
    )
    Certificate.create(
        type=kind, person=who.erin, issued_on=YEAR_AGO, details_hash="x", recorded_at=clock.now()
    )
    return int(kind.id)


def test_the_page_is_hrs_and_asks_little(as_: Any, who: Any, queries: Any) -> None:
    make_faults(who)
    helen = as_("helen")
    helen.get("/people/quality")
    with queries() as seen:
        helen.get("/people/quality")
    assert len(seen) <= 8, len(seen)
    for name in ("mara", "dora", "adam", "audrey", "erin"):
        assert as_(name).get("/people/quality").status_code == 404, name
