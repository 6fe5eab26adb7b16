"""Who reads it, who takes it over, how long it stays: the front matter of a form."""

from datetime import date

import pytest

from portal.documents.parser import read
from portal.questionnaires.parser import Known
from portal.questionnaires.terms import Terms, parse_keep, read_terms

pytestmark = pytest.mark.one_database

KNOWN = Known(frozenset({"finance", "hr", "legal"}), vacant=frozenset({"legal"}))


def terms(*lines: str) -> tuple[Terms, list[tuple[int, str]]]:
    head = "".join(f"{line}\n" for line in lines)
    found, problems = read_terms(read(f"---\nkind: form\ntitle: A form\n{head}---\n"), KNOWN)
    return found, [(problem.line, problem.message) for problem in problems]


def test_hr_reads_a_form_that_says_nothing() -> None:
    assert terms() == (Terms(("hr",), "", "", "self"), [])


def test_readers_are_named_and_hr_is_always_among_them() -> None:
    assert terms("readers: subject, Manager")[0].readers == ("hr", "manager", "subject")


def test_nobody_reads_pay_data_but_those_who_take_it_over() -> None:
    found, problems = terms("readers: none", 'hand-over: "@finance"', "keep: 30 days")
    assert (found.readers, found.hand_over, found.keep, problems) == ((), "finance", "30 days", [])
    assert terms("hand-over: finance")[0].hand_over == "finance"


MISTAKES = {
    "a reader nobody knows": ("readers: hr, boss", 4, "“boss” cannot read"),
    "none among others": ("readers: none, hr", 4, "stands alone"),
    "nobody at all": ("readers: none", 4, "Nobody would read this"),
    "a function nobody knows": ("hand-over: moon", 4, "no function “@moon”"),
    "a function nobody holds": ("hand-over: legal", 4, "Nobody holds @legal"),
    "a time that is none": ("keep: a while", 4, "no length of time"),
    "no time at all": ("keep: 0 days", 4, "1 to 3,650 days"),
    "too long a time": ("keep: 200 years", 4, "1 to 20 years"),
    "about nobody": ("about: everyone", 4, "“self” or about “other”"),
    "a key nobody reads": ("reader: hr", 4, "Did you mean “readers”"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_at_its_key(what: str) -> None:
    line, at, words = MISTAKES[what]
    assert [(number, words) for number, said in terms(line)[1] if words in said] == [(at, words)]


@pytest.mark.parametrize(
    ("typed", "day"),
    [("30 days", date(2026, 3, 2)), ("1 week", date(2026, 2, 7)), ("1 month", date(2026, 2, 28)),
     ("2 years", date(2028, 1, 31))],
)  # fmt: skip
def test_it_is_kept_for_days_weeks_months_or_years(typed: str, day: date) -> None:
    assert parse_keep(typed).after(date(2026, 1, 31)) == day
