"""A company in which much was praised: what is on the page does not grow, what lies behind does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from portal import clock
from portal.documents import exchange
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise, PraiseTo
from portal.people.models import Person
from tests.bench.rows import insert

EACH = 5
OFF_EVERY, OUT_EVERY, PRIVATE_EVERY = 9, 20, 4
VALUES = exchange.CONTENT / "values" / "our-values.md"


def fill(today: date) -> None:
    """Five praises for each, one in four private, some taken off and some people who want none.

    Call it inside `db.write()`.
    """
    exchange.publish_file(VALUES, by=Person.get_by_id(2), note="Starter text")
    people = [row.id for row in Person.select(Person.id).order_by(Person.id)]
    at = datetime.combine(today, time_of_day(0, 0, 1), clock.zone_of("UTC"))
    insert(Praise, _praise(people, at))
    insert(PraiseTo, _people(people, at))
    insert(PraiseOptOut, ({"person": one, "at": at} for one in people[::OUT_EVERY]))


def _praise(people: list[int], at: datetime) -> Iterator[dict[str, Any]]:
    total = len(people) * EACH
    for number in range(total):
        yield {
            "giver": people[(number * 7 + 1) % len(people)],
            "text": "You saw the fault before the customer did, and said so on the same day.",
            "value": "We say it early",
            "value_words": "Bad news is told on the day it is known.",
            "is_public": number % PRIVATE_EVERY > 0,
            # The same number of days behind at every size: the last ones are of today.
            "given_at": at - timedelta(minutes=(total - number) * 500_000 // total),
        }


def _people(people: list[int], at: datetime) -> Iterator[dict[str, Any]]:
    first = Praise.select(Praise.id).order_by(Praise.id).first().id
    for number in range(len(people) * EACH):
        for more in range(1 + number % 3 // 2):
            yield {
                "praise": first + number,
                "person": people[(number * 7 + 3 + more) % len(people)],
                "off_at": at if number % OFF_EVERY == 0 else None,
            }
