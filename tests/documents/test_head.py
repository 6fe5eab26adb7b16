"""The front matter all kinds share: read in one place, every mistake at its line."""

from datetime import date
from typing import Any

import pytest

from portal.documents.head import read_head
from portal.documents.models import Document, check
from portal.documents.parser import read
from tests.documents.conftest import page_source


def problems(**meta: str) -> list[tuple[int, str]]:
    found = check("page", page_source(**meta)).problems
    return [(problem.line, problem.message) for problem in found]


def test_everything_is_understood(who: Any) -> None:
    source = page_source(
        summary="What to know.", audience="team = Platform", owner="@it",
        **{"review-by": "2027-03-01", "review-every": "2 years", "approver": "ida@halden.example"},
    )  # fmt: skip
    checked = check("page", source)
    assert checked.problems == []
    head = checked.head
    assert (head.title, head.summary, head.audience) == (
        "Welcome",
        "What to know.",
        "team = Platform",
    )
    assert head.owner.function.slug == "it" and head.owner.called == "IT"
    assert head.approver.person == who.ida
    assert (head.review_by, head.every_months) == (date(2027, 3, 1), 24)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("owner", "@nobody", "There is no function “@nobody”"),
        ("owner", "nobody@halden.example", "Nobody here is called “nobody@halden.example”"),
        ("owner", "lev@halden.example", "or they have left"),
        ("owner", "Ida", "neither an address nor a function"),
        ("approver", "@spells", "There is no function “@spells”"),
        ("review-by", "soon", "is not a date such as"),
        ("review-by", "2027-02-30", "is not a date such as"),
        ("review-every", "often", "is no time between reviews"),
        ("review-every", "0 months", "is no time between reviews"),
        ("review-every", "200 years", "is no time between reviews"),
        ("audience", "departmint = Sales", "cannot be read at column 1"),
        ("summary", "x" * 401, "has 401 characters; 400 at most"),
        ("colour", "red", "“colour” is not read here"),
        ("ownr", "@it", "Did you mean “owner”?"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(
    database: Any, key: str, value: str, sentence: str
) -> None:
    found = problems(**{key: value})
    assert [line for line, _ in found] == [4]
    assert sentence in found[0][1]


def test_a_function_needs_no_quotes_and_keeps_its_remark(database: Any) -> None:
    for line in ("owner: @it", "owner: @it   # until May", 'owner: "@it"', "Owner: @it"):
        source = read(f"---\nkind: page\ntitle: T\n{line}\n---\n")
        assert (source.meta["owner"], source.problems) == ("@it", [])
        assert read_head(source)[0].owner.called == "IT"


def test_who_keeps_a_text_follows_it_and_is_said_under_it(as_: Any, write: Any, who: Any) -> None:
    document = write(owner="ida@halden.example", **{"review-by": "2027-03-01"})
    assert (document.owner, document.review_on) == (who.ida, date(2027, 3, 1))
    page = as_("erin").get(document.url).text
    assert "Kept by Ida Sørensen, next review Mon 1 Mar 2027." in page
    document.publish(page_source("Other words.", owner="@it"), by=who.helen)
    again = Document.get_by_id(document.id)
    assert (again.owner, again.owner_function.slug, again.review_on) == (None, "it", None)
    assert "Kept by IT." in as_("erin").get(document.url).text


def test_the_summary_stands_on_top_of_every_kind(as_: Any, write: Any, who: Any) -> None:
    write(summary="One plain sentence.")
    assert (
        '<p class="lead">One plain sentence.</p>' in as_("erin").get("/documents/page/welcome").text
    )
    plan = Document.start("checklist", "A plan", by=who.helen)
    head = "kind: checklist\ntitle: A plan\nsummary: What the plan is for."
    plan.publish(f"---\n{head}\n---\n## Days\n- [ ] Do @hr due:start\n", by=who.helen)
    assert "What the plan is for." in as_("helen").get(plan.url).text
