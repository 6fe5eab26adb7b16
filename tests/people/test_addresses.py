"""Strange addresses: ids no database holds, pages that are not numbers, NUL anywhere."""

from typing import Any

import pytest
from flask import Flask

HUGE = ("9" * 18, "9" * 19, "18446744073709551616", "9" * 5_000, "0" * 30, "-1", "1.0", "٣", "1e3")


@pytest.mark.parametrize("number", HUGE)
def test_an_id_that_names_nothing_is_a_404_whatever_its_size(number: str, as_: Any) -> None:
    helen = as_("helen")
    nothing = helen.get("/people/999999").data
    for address in ("/people/{}", "/people/{}/edit", "/settings/locations/{}", "/checklists/{}"):
        answer = helen.get(address.format(number))
        assert (answer.status_code, answer.data) == (404, nothing), address
    for address in (
        "/people/{}/edit",
        "/me/devices/{}/revocation",
        "/people/imports/{}/application",
    ):
        assert helen.post(address.format(number)).status_code == 404, address


def test_every_route_with_an_id_takes_a_huge_one_calmly(app: Flask, as_: Any) -> None:
    helen = as_("helen")
    for rule in app.url_map.iter_rules():
        address = rule.rule
        for name in rule.arguments:
            address = address.replace(f"<int:{name}>", "9" * 18).replace(f"<{name}>", "x")
        if "<" not in address and rule.arguments:
            for method in {"GET", "POST"} & (rule.methods or set()):
                status = helen.open(address, method=method).status_code
                assert status < 500, (method, address, status)


@pytest.mark.parametrize(
    "page", ["0", "-1", "x", "", "9" * 30, "9" * 5_000, "1.5", "٢", "²", "%00", "1&page=2", "[]"]
)
def test_a_page_that_is_no_number_is_the_first_or_an_empty_one(page: str, as_: Any) -> None:
    answer = as_("erin").get(f"/people?page={page}")
    assert answer.status_code == (400 if page == "%00" else 200)


@pytest.mark.parametrize("query", ["?q=%00", "?q=a%00b", "?%00=a", "?all=%00", "?q=%00&q=a"])
def test_a_nul_in_the_query_is_refused_with_a_sentence(query: str, as_: Any) -> None:
    answer = as_("helen").get(f"/people{query}")
    assert answer.status_code == 400
    assert "NUL character" in answer.text


def test_a_nul_in_the_path_names_nothing(as_: Any) -> None:
    helen = as_("helen")
    nothing = helen.get("/people/999999").data
    for address in ("/people/1%00", "/documents/checklist/a%00b", "/%00"):
        answer = helen.get(address)
        assert (answer.status_code, answer.data) == (404, nothing), address


@pytest.mark.parametrize(
    "words",
    ["%", "_", "%25", "\\", "'", '"', "%ED%A0%80", "%FF", "a " * 40, "a" * 5_000, "{{7*7}}",
     "'; DROP TABLE person; --", "%E2%80%AE", "*", "%5C%25"],
)  # fmt: skip
def test_any_words_may_be_searched_for(words: str, as_: Any) -> None:
    answer = as_("erin").get(f"/people?q={words}")
    assert answer.status_code == 200
    assert "49" not in answer.text.partition('id="people"')[2].partition("</div>")[0]


def test_a_percent_sign_finds_only_percent_signs(as_: Any) -> None:
    page = as_("erin").get("/people?q=%25").text
    assert "Nobody found for" in page
