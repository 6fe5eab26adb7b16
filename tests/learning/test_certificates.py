"""Certificates of courses: printed, checked by a stranger, ended, renewed, withdrawn, erased."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.audit import Event
from portal.learning import certificates
from portal.learning.models import CODE_LETTERS, Completion, CompletionDetails
from portal.learning.taking import withdraw
from portal.people.models import Person
from portal.retention.erasing import Erasure
from tests import cast
from tests.learning.courses import (
    SAFETY,
    feedback,
    publish,
    records,
    safety,
    takes,
    tries,
)
from tests.reach import knock

__all__ = ["feedback", "safety"]


def words(page: str) -> str:
    """What stands in the page’s main part, without marks."""
    main = re.sub(
        r"<svg.*?</svg>", "", page[page.index("<main") : page.index("</main>")], flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def check(stranger: Any, code: str | None, status: int = 200) -> str:
    answer = stranger.get(f"/learning/certificates/{code}")
    assert answer.status_code == status
    return words(answer.text)


# -- the sheet ---------------------------------------------------------------------------------


def test_a_certificate_says_who_what_when_and_until_when_and_no_score(
    as_: Any, safety: Any, who: Any
) -> None:
    done = takes(safety, who.erin)
    page = as_("erin").get(f"/learning/completions/{done.id}")
    said = words(page.text)
    for part in (
        "Brightwater", "Certificate", "Erin Castellanos", "has completed", "Safety basics",
        "Wed 18 Nov 2026", "Valid until Sat 18 Nov 2028", certificates.spaced(done.code or ""),
    ):  # fmt: skip
        assert part in said, part
    assert done.score == 100 and "100" not in said and "score" in said, "that there is none"


def test_its_picture_is_drawn_without_a_style_of_its_own(as_: Any, safety: Any, who: Any) -> None:
    done = takes(safety, who.erin)
    page = as_("erin").get(f"/learning/completions/{done.id}").text
    picture = re.search(r'<svg[^>]*class="qr".*?</svg>', page, flags=re.S)
    assert picture and "style" not in picture[0] and "<script" not in picture[0]


def test_the_name_and_the_title_are_those_of_the_day(
    as_: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    done = takes(safety, who.erin)
    with db.write():
        Person.update(name="Erin Okafor").where(Person.id == who.erin.id).execute()
    safety.publish(SAFETY.replace("Safety basics", "Staying safe"), by=who.helen)
    said = words(as_("helen").get(f"/learning/completions/{done.id}").text)
    assert "Erin Castellanos" in said and "has completed Safety basics on" in said


def test_a_course_without_a_certificate_gives_a_record_without_a_code(
    as_: Any, feedback: Any, who: Any
) -> None:
    done = takes(feedback, who.erin)
    said = words(as_("erin").get(f"/learning/completions/{done.id}").text)
    assert done.code is None and "Record of completion" in said and "scan" not in said


def test_the_holder_their_line_hr_and_auditors_open_it_and_nobody_else(
    as_: Any, safety: Any, who: Any
) -> None:
    done = takes(safety, who.erin)
    table = {
        "erin": 200, "mara": 200, "dora": 200, "helen": 200, "audrey": 200, "ben": 404,
        "otto": 404, "olga": 404, "ida": 404, "adam": 404, "nia": 404,
    }  # fmt: skip
    knock(as_, table, f"/learning/completions/{done.id}", nowhere="/learning/completions/999")


# -- checked by a stranger ---------------------------------------------------------------------


def test_a_stranger_is_told_what_stands_on_it_and_nothing_else(
    stranger: Any, safety: Any, who: Any
) -> None:
    tries(safety, who.erin, {})
    done = takes(safety, who.erin)
    answer = stranger.get(f"/learning/certificates/{done.code}")
    said = words(answer.text)
    for part in ("Genuine and valid", "Erin Castellanos", "Safety basics", "18 Nov 2028"):
        assert part in said, part
    for secret in ("100", "halden.example", "Engineer", "Mara", "minutes", "/people/", "try"):
        assert secret not in answer.text[answer.text.index("<main") :], secret
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_code_may_be_typed_as_it_is_read_aloud(stranger: Any, safety: Any, who: Any) -> None:
    done = takes(safety, who.erin)
    typed = certificates.spaced(done.code or "").lower().replace("-", " - ")
    sent = stranger.get("/learning/certificates/check", query_string={"code": typed})
    assert (sent.status_code, sent.location) == (303, f"/learning/certificates/{done.code}")
    assert "Genuine" in check(stranger, typed)


@pytest.mark.parametrize("typed", ["", "ABC", "O0O0O0O0O0O0", "<script>", "A" * 300, "é" * 12])
def test_what_can_be_no_code_is_said_beside_the_field(
    stranger: Any, database: Any, typed: str
) -> None:
    answer = stranger.get("/learning/certificates/check", query_string={"code": typed})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert "<script>" not in answer.text.replace('<script src="', "")


@pytest.mark.parametrize("code", ["ABCDEFGHJKMN", "nothing", "%00", "..%2f..", "x" * 500])
def test_an_unknown_code_is_a_sentence_and_a_404(stranger: Any, database: Any, code: str) -> None:
    answer = stranger.get(f"/learning/certificates/{code}")
    assert answer.status_code == 404
    if code in ("ABCDEFGHJKMN", "nothing"):
        assert "There is no such certificate" in words(answer.text)


def test_every_answer_has_the_same_shape(stranger: Any, safety: Any, who: Any) -> None:
    """One page; only a genuine one has facts, and what is unknown says nothing of anybody."""
    done = takes(safety, who.erin)
    known, unknown = check(stranger, done.code), check(stranger, "ABCDEFGHJKMN", 404)
    assert known.endswith(unknown[unknown.index("Check another") :])
    assert "Erin" not in unknown and "Safety" not in unknown


def test_one_that_has_ended_is_genuine_and_says_so(
    as_: Any, stranger: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    done = takes(safety, who.erin)
    move_clock(days=731)
    assert "Genuine and valid" in check(stranger, done.code), "its last day counts"
    move_clock(days=1)
    assert "Genuine, and has ended" in check(stranger, done.code)
    page = words(as_("erin").get(f"/learning/completions/{done.id}").text)
    assert "It ended on" in page and "Take it again" in page


def test_renewing_it_leaves_the_old_one_as_it_was(
    as_: Any, stranger: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    old = takes(safety, who.erin)
    kept = Completion.get_by_id(old.id).bound
    move_clock(days=700)
    assert "Take it again" in words(as_("erin").get(f"/learning/completions/{old.id}").text)
    new = takes(safety, who.erin)
    assert new.code != old.code and Completion.get_by_id(old.id).bound == kept
    assert "Genuine and valid" in check(stranger, old.code)
    move_clock(days=40)
    assert "has ended" in check(stranger, old.code)
    assert "Genuine and valid" in check(stranger, new.code)
    page = words(as_("erin").get(f"/learning/completions/{old.id}").text)
    assert "a later one has followed it" in page and "Take it again" not in page


def test_a_later_failure_takes_nothing_away(stranger: Any, safety: Any, who: Any) -> None:
    done = takes(safety, who.erin)
    tries(safety, who.erin, {})
    assert "Genuine and valid" in check(stranger, done.code)


def test_one_recorded_by_mistake_says_that_it_was_withdrawn(
    as_: Any, stranger: Any, safety: Any, who: Any
) -> None:
    done = records(safety, who.erin, done_on=cast.TODAY - timedelta(days=3), note="On paper.")
    assert "Genuine and valid" in check(stranger, done.code)
    withdraw(done, "It was Ben.", by=who.helen)
    said = check(stranger, done.code)
    assert "Withdrawn: it does not count" in said and "Ben" not in said and "paper" not in said
    assert "withdrawn on" in words(as_("erin").get(f"/learning/completions/{done.id}").text)


def test_after_an_erasure_it_proves_itself_without_a_name(
    stranger: Any, as_: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    with db.write():
        done = takes(safety, cast.person("lev"))
    assert "Lev Abramov" in check(stranger, done.code)
    kept = Completion.get_by_id(done.id).bound
    move_clock(days=1)
    assert Erasure.begin(cast.person("lev"), by=who.helen, reason="He asked for it.").work()
    said = check(stranger, done.code)
    assert "Genuine and valid" in said and "Safety basics" in said and "Lev" not in said
    assert "The holder’s details were removed" in said
    assert CompletionDetails.select().count() == 0 and Completion.get_by_id(done.id).bound == kept
    sheet = words(as_("helen").get(f"/learning/completions/{done.id}").text)
    assert "Name removed" in sheet and "Lev" not in sheet


def test_asking_leaves_no_trace(stranger: Any, safety: Any, who: Any) -> None:
    done = takes(safety, who.erin)
    events = Event.select().count()
    check(stranger, done.code)
    assert Event.select().count() == events


def test_a_check_asks_the_database_little(
    stranger: Any, safety: Any, who: Any, queries: Any
) -> None:
    done = takes(safety, who.erin)
    with queries() as seen:
        check(stranger, done.code)
    assert len(seen) <= 4, seen


def test_codes_hold_nothing_that_looks_alike() -> None:
    assert not set("01ILOU") & set(CODE_LETTERS)
    assert certificates.as_typed("abcd efgh-jkmn") == "ABCDEFGHJKMN"
    assert certificates.as_typed("ABCD-EFGH-JKM") == "" == certificates.as_typed("ABCD-EFGH-JKMO")


def test_in_a_text_that_is_called_otherwise_by_now_both_titles_are_kept(
    as_: Any, safety: Any, who: Any
) -> None:
    first = takes(safety, who.erin)
    publish(SAFETY.replace("certificate: 24 months\n", ""))
    second = takes(safety, who.ben)
    assert first.code and second.code is None
