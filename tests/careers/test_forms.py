"""Forms of careers: what is wrong is listed down the page, and no way ends in a refusal."""

import re
from typing import Any

from tests.careers import moved


def listed(page: str) -> list[str]:
    """The fields of the summary of mistakes, in its order."""
    summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
    return re.findall(r'href="#([\w-]+)"', summary)


def test_mistakes_are_listed_in_the_order_of_the_page(as_: Any, who: Any) -> None:
    moved.track()
    promotion = "moves/new?sort=promotion&rung=engineering/senior-engineer"
    forms = (
        ("mara", f"/careers/people/{who.erin.id}/{promotion}"),
        ("mara", f"/careers/people/{who.erin.id}/moves/new?sort=rotation"),
        ("helen", "/careers/bands"),
        ("erin", "/careers/aspirations"),
    )
    for name, address in forms:
        page = as_(name).post(address).text
        fields = listed(page)
        places = [page.index(f' id="{field}"') for field in fields]
        assert len(fields) > 1 and places == sorted(places), (address, fields)


def test_whoever_is_proposed_already_is_not_proposed_once_more(as_: Any, who: Any) -> None:
    base = f"/careers/people/{who.erin.id}/moves/new"
    assert f"{base}?sort=transfer" in as_("mara").get(base).text
    move = moved.proposed()
    page = as_("mara").get(base).text
    assert move.url in page and "waits for an answer" in page and "?sort=" not in page
    move.withdraw(by=who.mara)
    assert f"{base}?sort=transfer" in as_("mara").get(base).text


def test_what_was_begun_of_a_later_end_is_not_offered_for_an_early_one(as_: Any, who: Any) -> None:
    move, mara = moved.agreed(sort="rotation", level="L2", ends_on=moved.MARCH), as_("mara")
    named = {}
    for page in ("extension", "return"):
        named[page] = re.findall(r'data-draft="([^"]+)"', mara.get(f"{move.url}/{page}").text)
    assert named["extension"] != named["return"]
    data = {"starts_on": "2026-12-20", "reason": "She is needed here."}
    answer = mara.post(f"{move.url}/return", data=data, follow_redirects=True).text
    assert named["return"] == re.findall(r'data-draft-gone="([^"]+)"', answer)
