"""Signing in by a code that was mailed: six digits, ten minutes, five tries, this browser, once."""

from typing import Any

import pytest

from portal.audit import Event
from portal.mail.models import Letter
from portal.people.signing import (
    CODE_TRIES,
    CODES_AN_HOUR,
    CODES_AN_HOUR_FROM_EVERYWHERE,
    CODES_AN_HOUR_FROM_ONE_ADDRESS,
    Code,
)
from tests import cast

ERIN = "erin@halden.example"


def ask(browser: Any, email: str = ERIN, address: str = "127.0.0.1") -> Any:
    return browser.post(
        "/sign-in", data={"email": email}, environ_overrides={"REMOTE_ADDR": address}
    )


def type_in(browser: Any, digits: str) -> Any:
    return browser.post("/sign-in/code", data={"code": digits})


def is_in(browser: Any) -> bool:
    return browser.get("/me").status_code == 200


def test_the_code_that_was_mailed_signs_in(stranger: Any, code_for: Any) -> None:
    assert ask(stranger).location == "/sign-in/code"
    assert not is_in(stranger)
    answer = type_in(stranger, code_for(ERIN))
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(stranger)
    event = Event.select().order_by(Event.seq.desc()).first()
    assert (event.tag, event.facts["how"]) == ("device.signed_in", "code")


def test_digits_may_be_typed_with_blanks_and_the_address_in_any_case(
    stranger: Any, code_for: Any
) -> None:
    ask(stranger, " Erin@Halden.Example ")
    digits = code_for(ERIN)
    assert type_in(stranger, f" {digits[:3]} {digits[3:]} ").status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer(browser: Any, mailbox: Any) -> None:
    answers = []
    for email in (ERIN, "nobody@halden.example", "lev@halden.example", "x@y.zz"):
        client = browser()
        asked = ask(client, email)
        page = client.get("/sign-in/code")
        wrong = type_in(client, "000000")
        answers.append(
            (
                asked.status_code,
                asked.location,
                asked.data,
                page.data,
                wrong.status_code,
                wrong.data,
            )
        )
    assert len(set(answers)) == 1
    assert len(mailbox(ERIN)) == 1
    assert mailbox("nobody@halden.example") == mailbox("lev@halden.example") == []
    assert Letter.select().count() == 1


def test_a_code_is_good_for_ten_minutes(stranger: Any, code_for: Any, move_clock: Any) -> None:
    ask(stranger)
    digits = code_for(ERIN)
    move_clock(minutes=10, seconds=1)
    assert type_in(stranger, digits).status_code == 422
    assert not is_in(stranger)


def test_a_code_that_arrives_too_late_is_not_sent(
    stranger: Any, mailbox: Any, move_clock: Any
) -> None:
    ask(stranger)
    move_clock(minutes=11)
    assert mailbox(ERIN) == []
    assert Letter.get().state == "withdrawn"


def test_after_five_wrong_tries_the_right_one_is_wrong_too(stranger: Any, code_for: Any) -> None:
    ask(stranger)
    digits = code_for(ERIN)
    wrong = "111111" if digits != "111111" else "222222"
    for _ in range(CODE_TRIES):
        assert type_in(stranger, wrong).status_code == 422
    assert type_in(stranger, digits).status_code == 422
    assert not is_in(stranger)
    ask(stranger)
    assert type_in(stranger, code_for(ERIN)).status_code == 303


def test_four_wrong_tries_leave_one(stranger: Any, code_for: Any) -> None:
    ask(stranger)
    digits = code_for(ERIN)
    wrong = "111111" if digits != "111111" else "222222"
    for _ in range(CODE_TRIES - 1):
        type_in(stranger, wrong)
    assert type_in(stranger, digits).status_code == 303


def test_a_code_works_in_the_browser_that_asked_and_in_no_other(
    browser: Any, code_for: Any, world: Any
) -> None:
    erin, thief = browser(), browser()
    ask(erin)
    digits = code_for(ERIN)
    assert type_in(thief, digits).location == "/sign-in" or not is_in(thief)
    ask(thief, "otto@halden.example")
    assert type_in(thief, digits).status_code == 422
    # Even who knows the code's row gets nowhere from another browser.
    code = Code.get(Code.email == ERIN)
    assert code.redeem(digits, browser="another", key=world.config.secret_key) is None
    assert type_in(erin, digits).status_code == 303


def test_a_code_is_used_once(browser: Any, code_for: Any, world: Any) -> None:
    erin = browser()
    ask(erin)
    digits = code_for(ERIN)
    assert type_in(erin, digits).status_code == 303
    erin.post("/sign-out")
    assert not is_in(erin)
    assert type_in(erin, digits).status_code != 303 or not is_in(erin)
    code = Code.get()
    assert code.used_at and not code.is_open(cast.NOW)


def test_only_the_newest_code_of_a_browser_works(stranger: Any, code_for: Any) -> None:
    ask(stranger)
    first = code_for(ERIN)
    ask(stranger)
    second = code_for(ERIN)
    assert first != second
    assert type_in(stranger, first).status_code == 422
    assert type_in(stranger, second).status_code == 303


def test_the_code_is_stored_nowhere(stranger: Any, code_for: Any) -> None:
    ask(stranger)
    digits = code_for(ERIN)
    stored = [*Code.select().dicts(), *Letter.select().dicts(), *Event.select().dicts()]
    assert digits not in str(stored)


def test_who_has_left_meanwhile_does_not_come_in(stranger: Any, code_for: Any, who: Any) -> None:
    ask(stranger)
    digits = code_for(ERIN)
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
    assert type_in(stranger, digits).status_code == 422


@pytest.mark.parametrize("email", [ERIN, "nobody@halden.example"])
def test_one_address_asks_five_times_an_hour_for_one_person(
    email: str, browser: Any, move_clock: Any
) -> None:
    for _ in range(CODES_AN_HOUR):
        assert ask(browser(), email).status_code == 303
    refused = ask(browser(), email)
    assert refused.status_code == 429
    assert ask(browser(), "mara@halden.example").status_code != 429
    assert ask(browser(), email, address="10.9.9.9").status_code != 429
    move_clock(hours=1, seconds=1)
    assert ask(browser(), email).status_code != 429


def test_one_address_asks_thirty_times_an_hour_for_anybody(browser: Any) -> None:
    for n in range(CODES_AN_HOUR_FROM_ONE_ADDRESS):
        assert ask(browser(), f"n{n}@x.yy").status_code != 429
    assert ask(browser(), ERIN).status_code == 429
    assert ask(browser(), ERIN, address="10.0.0.2").status_code != 429


def test_nobody_can_use_up_the_codes_of_somebody_else(
    browser: Any, code_for: Any, as_: Any, mailbox: Any
) -> None:
    """Attackers everywhere, also in her own network: her own browser lets her in."""
    erin = as_("erin")
    erin.post("/sign-out")
    for n in range(CODES_AN_HOUR_FROM_EVERYWHERE + 5):
        ask(browser(), address=f"10.0.{n // 4}.1")
    for _ in range(CODES_AN_HOUR):
        ask(browser())
    assert ask(browser()).status_code == 429
    assert len(mailbox(ERIN)) == CODES_AN_HOUR_FROM_EVERYWHERE
    assert ask(erin).status_code == 303
    assert type_in(erin, code_for(ERIN)).status_code == 303
    # Only her own: the browser that knew her is as strange as any to Mara's account.
    for n in range(CODES_AN_HOUR_FROM_EVERYWHERE):
        ask(browser(), "mara@halden.example", address=f"10.1.{n // 4}.1")
    erin.post("/sign-out")
    assert ask(erin, "mara@halden.example").status_code == 429


def test_a_strange_browser_of_one_s_own_is_limited_as_well(as_: Any) -> None:
    erin = as_("erin")
    erin.post("/sign-out")
    answers = [ask(erin).status_code for _ in range(CODES_AN_HOUR + 1)]
    assert answers == [303] * CODES_AN_HOUR + [429]


@pytest.mark.parametrize("digits", ["", "0" * 13, "abcdef", "12345\0", "٠٠٠٠٠٠", "-1", "²²²²²²"])
def test_anything_but_the_digits_is_answered_at_the_field(digits: str, stranger: Any) -> None:
    ask(stranger)
    answer = type_in(stranger, digits)
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text


@pytest.mark.parametrize(
    "email", ["", "erin", "a@b\0.cc", "a@b.cc\nBcc: d@e.ff", "x" * 300 + "@y.z"]
)
def test_a_bad_address_is_answered_at_its_field(email: str, stranger: Any) -> None:
    answer = stranger.post("/sign-in", data={"email": email})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert Code.select().count() == 0


def test_without_having_asked_there_is_nothing_to_type(stranger: Any) -> None:
    assert stranger.get("/sign-in/code").location == "/sign-in"
    assert type_in(stranger, "123456").status_code == 422
