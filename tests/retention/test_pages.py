"""The pages: what they say, what they refuse, and how little they ask."""

from typing import Any

import pytest

from portal.audit import Event, Look
from portal.people.models import Person
from portal.retention import jobs
from portal.retention.erasing import Erasure
from portal.retention.models import LegalHold, RetentionRule
from portal.retention.purging import Purge

EVIL = '"><svg onload=alert(1)>{{7*7}}'


@pytest.mark.parametrize(
    ("name", "changed", "sentence"),
    [
        ("looks", {"months": ""}, "Say how many months."),
        ("looks", {"months": "two"}, "This is not a whole number."),
        ("looks", {"months": "5"}, "At least 6 months"),
        ("looks", {"months": "601"}, "A number from 1 to 600"),
        ("looks", {"months": "9" * 30}, "This is not a whole number."),
        ("looks", {"months": "-3"}, "A number from 1 to 600"),
        ("looks", {"reason": ""}, "Say why: a law"),
        ("looks", {"reason": "x" * 301}, "At most 300 characters"),
        ("looks", {"reason": "a\nb"}, "Write this on one line"),
        ("looks", {"reason": "half \x00"}, "NUL"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(
    as_: Any, name: str, changed: dict[str, str], sentence: str
) -> None:
    said = {"months": "24", "reason": "A law", **changed}
    answer = as_("helen").post(f"/retention/{name}/rule", data=said)
    assert answer.status_code == 422 and "<title>Error: " in answer.text
    assert sentence in answer.text
    assert not RetentionRule.select().exists()


def test_unknown_fields_and_classes_are_refused(as_: Any) -> None:
    helen = as_("helen")
    said = {"months": "24", "reason": "A law", "set_by": "1"}
    assert helen.post("/retention/looks/rule", data=said).status_code == 400
    for name in ("nothing", "trail", "duties", "x" * 300, "%00"):
        assert helen.get(f"/retention/{name}").status_code == 404, name
        assert helen.get(f"/retention/{name}/dry-run").status_code == 404, name


def test_a_rule_is_set_shown_and_taken_back(as_: Any) -> None:
    helen = as_("helen")
    said = {"months": "24", "reason": EVIL, "is_automatic": "y"}
    answer = helen.post("/retention/looks/rule", data=said)
    assert (answer.status_code, answer.location) == (303, "/retention/looks")
    page = helen.get("/retention/looks").text
    assert "24 months, every night" in page and "/retention/looks/rule/withdrawal" in page
    assert "<svg onload" not in page and "49" not in page.split("<main")[1].split("Every rule")[0]
    assert "24 months from the hour of reading" in helen.get("/retention").text
    helen.post("/retention/looks/rule/withdrawal")
    assert "nothing goes by its age" in helen.get("/retention/looks").text
    assert [rule.months for rule in RetentionRule.history("looks")] == [24]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"person": ""}, "Say either a person or a class"),
        ({"record_class": "looks"}, "Say either a person or a class"),
        ({"record_class": "nothing"}, "Not a valid choice"),
        ({"person": "Nobody Known"}, "Nobody, or more than one"),
        ({"person": "x@"}, "Nobody, or more than one"),
        ({"person": "helen@halden.example"}, "This is you"),
        ({"person": "Helen Brandt"}, "This is you"),
        ({"reason": ""}, "Say why nothing of it may be purged."),
        ({"counsel": "x" * 1001}, "At most 1000 characters"),
        ({"person": "x" * 255}, "At most 254 characters"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(as_: Any, changed: dict[str, str], sentence: str) -> None:
    said = {"person": "Lev Abramov", "record_class": "", "reason": "R", "counsel": "", **changed}
    answer = as_("helen").post("/retention/holds", data=said)
    assert answer.status_code == 422 and sentence in answer.text
    assert not LegalHold.select().exists()


def test_a_hold_is_placed_listed_and_lifted(as_: Any, who: Any) -> None:
    helen = as_("helen")
    said = {"person": "lev abramov", "record_class": "", "reason": EVIL, "counsel": "=1+1"}
    assert helen.post("/retention/holds", data=said).status_code == 303
    page = helen.get("/retention/holds").text
    assert "Everything of Lev Abramov" in page and "<svg onload" not in page and "=1+1" in page
    table = helen.get("/retention/holds.csv").data.decode("utf-8-sig")
    assert "Everything of Lev Abramov" in table and ",=1" not in table and "'=1+1" in table
    helen.post("/retention/holds", data=said)
    assert LegalHold.select().count() == 1, "the same again is that hold"
    helen.post(f"/retention/holds/{LegalHold.get().id}/lifting")
    assert "Lifted" in helen.get("/retention/holds").text


def typed(page: str, count: str) -> dict[str, str]:
    """The purge form as it stands on the page, with a number typed into it."""
    hidden = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("digest", "rule")
    }
    return {**hidden, "typed": count}


def test_from_the_dry_run_to_the_evidence(as_: Any, who: Any, looks: Any, rule: Any) -> None:
    looks(who.erin, 3, days=800)
    looks(who.ben, 2, days=1_000)
    rule("looks", 24)
    LegalHold.place(person=who.erin, kept=None, reason="A dispute", counsel="", by=who.helen)
    helen = as_("helen")
    page = helen.get("/retention/looks/dry-run").text
    assert "A dispute" in page and "Erin Castellanos: 3" in page and "Type 2 to confirm" in page
    for wrong in ("", "3", "two", "x" * 21):
        answer = helen.post("/retention/looks/purges", data=typed(page, wrong))
        assert answer.status_code == 422 and "Type the number that is shown" in answer.text
    assert not Purge.select().exists()
    answer = helen.post("/retention/looks/purges", data=typed(page, "2"))
    purge = Purge.get()
    assert (answer.status_code, answer.location) == (303, f"/retention/purges/{purge.id}")
    assert "at work" in helen.get(answer.location).text
    jobs.go_on_purging()
    page = as_("audrey").get(answer.location).text
    assert Purge.get().digest in page and "2 gone, 0 held back" in page
    assert {look.about_id for look in Look.select()} == {who.erin.id}


def test_what_changed_since_is_shown_again_and_not_purged(
    as_: Any, who: Any, looks: Any, rule: Any
) -> None:
    looks(who.erin, 2, days=800)
    rule("looks", 24)
    helen = as_("helen")
    page = helen.get("/retention/looks/dry-run").text
    looks(who.ben, 1, days=800)
    said = typed(page, "3")
    answer = helen.post("/retention/looks/purges", data=said)
    assert answer.status_code == 409 and "has changed since it was shown" in answer.text
    for digest, shown_rule in (("x", said["rule"]), (said["digest"], "999"), ("x" * 64, "NaN")):
        bad = {"digest": digest, "rule": shown_rule, "typed": "3"}
        assert helen.post("/retention/looks/purges", data=bad).status_code == 409
    assert not Purge.select().exists()
    assert helen.post("/retention/looks/purges", data=typed(answer.text, "3")).status_code == 303


def test_somebody_is_erased_from_their_page(as_: Any, who: Any) -> None:
    helen = as_("helen")
    address = f"/retention/people/{who.lev.id}"
    assert address in helen.get(f"/people/{who.lev.id}").text
    assert "/retention/people" not in helen.get(f"/people/{who.erin.id}").text
    page = helen.get(address).text
    assert "Words in the audit trail" in page and f"Former colleague {who.lev.id}" in page
    for said in ({"typed": "1", "reason": "R"}, {"typed": str(who.lev.id), "reason": ""}):
        assert helen.post(address, data=said).status_code == 422
    assert not Erasure.select().exists()
    said = {"typed": str(who.lev.id), "reason": "Asked for it"}
    assert helen.post(address, data=said).status_code == 303
    assert "at work" in helen.get(address).text
    jobs.go_on_purging()
    page = helen.get(address).text
    assert "Erased. Only a number leads here" in page and "Asked for it" in page
    assert "Abramov" not in page
    assert Person.get_by_id(who.lev.id).name in helen.get("/retention/erasures").text
    table = helen.get("/retention/erasures.csv").data.decode("utf-8-sig")
    assert table.splitlines()[1].startswith(f"{who.lev.id},2026-11-18T09:00:00Z,")
    here = helen.post(f"/retention/people/{who.erin.id}", data={**said, "typed": str(who.erin.id)})
    assert here.status_code == 422 and "They work here" in here.text


def test_no_write_of_the_portal_itself_is_needed_to_look(as_: Any, who: Any) -> None:
    helen = as_("helen")
    events = Event.select().count()
    for address in ("/retention", "/retention/looks/dry-run", f"/retention/people/{who.lev.id}"):
        assert helen.get(address).status_code == 200
    assert Event.select().count() == events


def test_pages_ask_little_however_much_there_is(
    as_: Any, who: Any, looks: Any, rule: Any, queries: Any
) -> None:
    rule("looks", 24)
    helen = as_("helen")
    pages = (
        "/retention", "/retention/looks", "/retention/looks/dry-run", "/retention/holds",
        "/retention/purges", "/retention/register", "/retention/erasures",
        f"/retention/people/{who.lev.id}",
    )  # fmt: skip
    counts = []
    for number in (0, 12):
        for one in range(number):
            looks(who.erin if one % 2 else who.ben, 1, days=800 + one)
        if number:
            for person in (who.erin, who.ben, who.olga):
                LegalHold.place(person=person, kept=None, reason="R", counsel="", by=who.helen)
            Erasure.begin(who.nia, by=who.helen, reason="R").work()
        found = []
        for address in pages:
            with queries() as seen:
                assert helen.get(address).status_code == 200
            found.append(len(seen))
        counts.append(found)
    few, many = counts
    # Three of them every page asks: who looks, what they may, and the company. One is for the packs
    # that are looked into for the names in them.
    assert max(many) <= 12, dict(zip(pages, many, strict=True))
    assert all(later - before <= 2 for before, later in zip(few, many, strict=True)), counts


def test_what_is_kept_of_somebody_is_counted_only_when_they_can_be_erased(
    as_: Any, who: Any
) -> None:
    helen = as_("helen")
    here = helen.get(f"/retention/people/{who.erin.id}").text
    assert "They work here" in here and "Records about them" not in here
    assert "Where their number stays" not in here
    gone = helen.get(f"/retention/people/{who.lev.id}").text
    assert "Records about them" in gone and "Where their number stays" in gone
    LegalHold.place(person=who.lev, kept=None, reason="A claim", counsel="", by=who.helen)
    assert "Records about them" not in helen.get(f"/retention/people/{who.lev.id}").text
