"""Every route of careers, state by state: what each of the cast is answered there.

Whoever adds a route adds its row, or the last test fails.
"""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.careers import choosing
from portal.careers.aspirations import LINE_AND_HR, Aspiration
from portal.careers.aspirations import NOBODY as ALONE
from portal.careers.bands import EVERYONE, PayBand
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.careers.openings import Opening
from portal.careers.plan_steps import CareerStep, Choice
from portal.careers.plans import CareerPlan
from portal.careers.rungs import OWN
from portal.documents.models import Document
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.careers import ladder, moved
from tests.reach import Make, Rows, Table, ask, each, told, without_row

ROOM = "/careers"
TRACK = f"{ROOM}/tracks/<int:track_id>"
POINT, OWN_POINT = f"{TRACK}/<slug>/points/<key>", f"{TRACK}/<slug>/steps"
ASPIRATION = f"{ROOM}/aspirations/<int:aspiration_id>"
PERSON = f"{ROOM}/people/<int:person_id>"
PLAN, STEP = f"{ROOM}/plans/<int:plan_id>", f"{ROOM}/steps/<int:step_id>"
BAND = f"{ROOM}/bands/<int:band_id>"
MOVE = f"{ROOM}/moves/<int:move_id>"
OPENING, NEW_OPENING = (
    f"{ROOM}/openings/{rest}" for rest in ("<int:opening_id>", "new/<int:vacancy_id>")
)
ASKER = f"{OPENING}/people/<int:person_id>"

SOON, LATER = "2026-12-01", date(2027, 1, 4)
UNTIL = cast.TODAY + timedelta(days=14)
AMOUNTS = {"currency": "EUR", "low": "1", "high": "2", "shown_to": "hr", "starts_on": SOON}
WORDS = {"words": "Sell.", "apply_by": SOON}
# What is sent where something has to be.
DATA: dict[str, dict[str, str]] = {
    f"{ROOM}/aspirations": {"rung": "craft/lead", "shared": "nobody"},
    ASPIRATION: {"shared": "line and hr"},
    f"{ROOM}/bands": AMOUNTS | {"role": "Buyer"},
    BAND: AMOUNTS | {"starts_on": "2027-03-01"},
    f"{BAND}/end": {"ends_on": "2027-04-01"},
    f"{MOVE}/extension": {"ends_on": "2027-05-31", "reason": "Why."},
    f"{MOVE}/refusal": {"why": "No."},
    f"{MOVE}/return": {"starts_on": "2026-12-20", "reason": "Why."},
    f"{OPENING}/edit": WORDS,
    NEW_OPENING: WORDS,
    f"{ASKER}/choice": {"starts_on": str(LATER)},
    f"{ASKER}/refusal": {"answer": "No."},
    f"{PERSON}/moves/new": {"starts_on": SOON, "reason": "Why.", "role": "Baker"},
    OWN_POINT: {"words": "Do it", "due_on": "2027-01-01"},
}
# Which sort of move is proposed, the address says behind its question mark.
QUERY = {f"{PERSON}/moves/new": "?sort=transfer"}

NOBODY = told()
STAFF = told(200, audrey=404)
HR = told(helen=200)
ABOVE = told(**each(200, "mara", "dora", "helen"))


def posts(table: Table, **others: int) -> Table:
    """Whoever reads the page may send it."""
    return {name: 303 if status == 200 else status for name, status in table.items()} | others


def but(table: Table, status: int, *names: str) -> Table:
    return table | each(status, *names)


# -- the things, each made anew whenever it is asked for ----------------------------------------


def room() -> dict[str, Any]:
    return {}


def track(status: str = "in force") -> Make:
    def make() -> dict[str, Any]:
        document = Document.named("track", "craft")
        assert document is not None
        if status == "retired":
            document.retire(by=cast.person("helen"))
        elif status == "draft":
            document = Document.start("track", "Later", by=cast.person("helen"))
        return {"track_id": document.id, "slug": "builder", "key": ladder.KEYS["own"]}

    return make


def aspiration(shared: str) -> Make:
    def make() -> dict[str, Any]:
        erin = cast.person("erin")
        return {"aspiration_id": Aspiration.aim(ladder.rung("lead"), "x", shared, by=erin).id}

    return make


def clear() -> None:
    """Nothing waits any more."""
    for one in Move.select().where(Move.is_open()):
        one.withdraw(by=one.proposed_by)


def undo() -> None:
    """Nothing waits, and what was agreed to is not recorded for Erin any more."""
    clear()
    for row in Position.to_come(cast.person("erin"), cast.TODAY):
        row.withdraw(by=None)


def person(name: str) -> Make:
    def make() -> dict[str, Any]:
        clear()
        return {"person_id": cast.person(name).id}

    return make


def step(*verbs: str, is_over: bool = False) -> Make:
    """Something of Erin's own in her plan, after these verbs."""

    def make() -> dict[str, Any]:
        erin = cast.person("erin")
        if plan := CareerPlan.open_of(erin):
            plan.end(by=erin)
        made = CareerPlan.take_on(ladder.rung(), Choice(OWN, words="Do it", due_on=LATER), by=erin)
        made = CareerStep.whole(CareerStep.select().where(CareerStep.id == made.id)).get()
        for verb in verbs:
            getattr(made, verb)(by=erin)
        if is_over:
            made.plan.end(by=erin)
        return {"step_id": made.id, "plan_id": made.plan_id}

    return make


def band(state: str = "in force") -> Make:
    """What everybody may see on the track; the row itself is HR's."""

    def make() -> dict[str, Any]:
        with db.write():
            PayBand.delete().execute()
        helen = cast.person("helen")
        starts_on = LATER if state == "planned" else cast.TODAY
        said: dict[str, Any] = {"currency": "EUR", "shown_to": EVERYONE, "starts_on": starts_on}
        made = PayBand.settle("Engineer", "L2", by=helen, low=1, high=2, **said)
        if state == "ended":
            made = made.end(LATER, by=helen)
        if state == "corrected":
            PayBand.settle("Engineer", "L2", by=helen, low=2, high=3, **said)
        return {"band_id": made.id}

    return make


def move(state: str = "open", by: str = "mara") -> Make:
    """Of Erin, from the first of December."""

    def make() -> dict[str, Any]:
        undo()
        helen, proposer = cast.person("helen"), cast.person(by)
        made = moved.proposed(by=by)
        if state == "declined":
            made.decline(by=helen, answer="No.")
        elif state == "withdrawn":
            made.withdraw(by=proposer)
        elif state == "lapsed":
            with db.write():
                made._close("lapsed", None, "It is over.")
        assert Move.get_by_id(made.id).state == state
        return {"move_id": made.id}

    return make


def rotation() -> dict[str, Any]:
    """Agreed to, once; what was proposed after it is taken back."""
    clear()
    made = Move.get_or_none(Move.is_agreed)
    made = made or moved.agreed(
        sort="rotation", role="Baker", starts_on=cast.TODAY, ends_on=date(2027, 2, 28)
    )
    return {"move_id": made.id}


def for_an_opening() -> dict[str, Any]:
    """Otto, who leads the opening, chose Erin; Ben asks for it as well."""
    opening = Opening.get_by_id(asked(("erin", "ben"))()["opening_id"])
    return {"move_id": chosen(opening).id}


def chosen(opening: Opening) -> Move:
    erin = cast.person("erin")
    mine = Interest.of(erin, opening)
    assert mine is not None
    return choosing.choose(mine, by=cast.person("otto"), starts_on=LATER, reason="The best.")


def vacancy(state: str = "open") -> Make:
    def make() -> dict[str, Any]:
        helen = cast.person("helen")
        made = Vacancy.plan(by=helen, role="Account Executive", manager=cast.person("otto"))
        if state == "shown":
            Opening.post(made, by=helen, words="Sell.", apply_by=UNTIL)
        elif state == "filled":
            made.fill(cast.person("olga"), by=helen)
        return {"vacancy_id": made.id}

    return make


def asked(names: tuple[str, ...] = ("erin",), state: str = "open", for_line: bool = False) -> Make:
    """An opening that Otto leads and these ask for; `person_id` is the first of them."""

    def make() -> dict[str, Any]:
        undo()
        of = Vacancy.get_by_id(vacancy("shown")()["vacancy_id"])
        opening = Opening.of_vacancy(of)
        assert opening is not None
        people = [cast.person(name) for name in names]
        for one in people:
            Interest.ask(opening, one, by=one, wish="x", for_line=for_line)
        if state == "taken back":
            for one in people:
                mine = Interest.of(one, opening)
                assert mine is not None
                mine.withdraw(by=one)
        elif state == "closed":
            opening.close(by=cast.person("helen"))
        elif state == "chosen":
            assert chosen(opening).agree(by=cast.person("helen"))
        return {"opening_id": opening.id, "person_id": people[0].id}

    return make


# -- what is answered --------------------------------------------------------------------------


def of_move(
    reads: Table, *, decides: str = "", mine: str = "", follows: tuple[str, ...] = ()
) -> Rows:
    """Whoever reads it is refused what is not theirs; nobody else learns that it is there."""
    no = {name: 403 if status == 200 else status for name, status in reads.items()}
    one = no | (each(303, decides) if decides else {})
    own = no | each(303, mine)
    after = but(no, 200, *follows)
    return {
        f"GET {MOVE}": reads,
        f"POST {MOVE}/agreement": one,
        f"POST {MOVE}/refusal": one,
        f"POST {MOVE}/withdrawal": own,
        f"POST {MOVE}/restoration": own,
        f"GET {MOVE}/return": after,
        f"POST {MOVE}/return": posts(after),
        f"GET {MOVE}/extension": after,
        f"POST {MOVE}/extension": posts(after),
    }


def of_opening(reads: Table, *, keeps: tuple[str, ...], asks: Table, back: Table) -> Rows:
    no = {name: 403 if status == 200 else status for name, status in reads.items()}
    kept = but(no, 200, *keeps)
    return {
        f"GET {OPENING}": reads,
        f"GET {OPENING}/edit": kept,
        f"POST {OPENING}/edit": posts(kept),
        f"POST {OPENING}/closing": posts(kept),
        f"POST {OPENING}/reopening": posts(kept),
        f"POST {OPENING}/interest": asks,
        f"POST {OPENING}/interest/withdrawal": back,
    }


def of_asker(*names: str, choice: int = 303, refusal: int = 303) -> Rows:
    return {
        f"GET {ASKER}": told(**each(200, *names)),
        f"POST {ASKER}/choice": told(**each(choice, *names)),
        f"POST {ASKER}/refusal": told(**each(refusal, *names)),
    }


def of_track(reads: Table) -> Rows:
    return {
        f"GET {TRACK}": reads,
        f"POST {POINT}": posts(reads),
        f"POST {OWN_POINT}": posts(reads),
    }


def of_person(reads: Table, proposes: Table) -> Rows:
    new = f"{PERSON}/moves/new"
    return {f"GET {PERSON}": reads, f"GET {new}": proposes, f"POST {new}": posts(proposes)}


OF_ASPIRATION: Rows = {
    f"GET {ASPIRATION}": told(erin=200),
    f"POST {ASPIRATION}": told(erin=303),
    f"POST {ASPIRATION}/end": told(erin=303),
}
OF_BAND: Rows = {
    f"GET {BAND}": HR,
    **dict.fromkeys((f"POST {BAND}", f"POST {BAND}/end", f"POST {BAND}/withdrawal"), posts(HR)),
}
CHANGES_PLAN = told(erin=303, **each(403, "mara", "dora", "helen"))
STEP_VERBS = ("completion", "reopening", "omission", "restoration")
OF_PLAN: Rows = {
    f"GET {STEP}": told(erin=303, **each(303, "mara", "dora", "helen")),
    **dict.fromkeys(
        (
            *(f"POST {STEP}/{verb}" for verb in STEP_VERBS),
            *(f"POST {PLAN}/{verb}" for verb in ("end", "reopening")),
        ),
        CHANGES_PLAN,
    ),
}
# What was left out, only who left it out may bring back.
OF_LEFT_OUT: Rows = {row: told(erin=303) for row in OF_PLAN if STEP in row}
# Who leads it does not ask for it, nor who has not begun.
MAY_ASK = posts(STAFF, otto=403, nia=403)
KEEPERS = ("otto", "helen")
# Whoever asked or handles it once it is over.
KNOWN = told(**each(200, "erin", *KEEPERS))

STATES: dict[str, tuple[Make, Rows]] = {
    "the room": (room, {
        **dict.fromkeys(
            (f"GET {ROOM}{page}"
             for page in ("", "/file", "/aspirations/new", "/tracks", "/moves", "/openings")),
            STAFF,
        ),
        f"GET {ROOM}/team": told(**each(200, "dora", "mara", "otto")),
        f"POST {ROOM}/aspirations": posts(STAFF),
        f"GET {ROOM}/bands": HR,
        f"GET {ROOM}/bands/new": HR,
        f"POST {ROOM}/bands/export": HR,
        f"POST {ROOM}/bands": posts(HR),
    }),
    "a track": (track(), of_track(STAFF)),
    "a track that is drafted": (track("draft"), of_track(NOBODY)),
    "a track that is retired": (track("retired"), of_track(NOBODY)),
    "an aspiration of one’s own": (aspiration(ALONE), OF_ASPIRATION),
    "an aspiration that is shared": (aspiration(LINE_AND_HR), OF_ASPIRATION),
    "a report": (person("erin"), of_person(but(ABOVE, 303, "erin"), ABOVE)),
    # Ben welcomes Nia, and reads nothing of this.
    "who has not begun": (person("nia"), of_person(but(ABOVE, 303, "nia"), NOBODY)),
    "who has left": (person("lev"), of_person(HR, NOBODY)),
    "somebody in HR": (person("helen"), of_person(told(helen=303), NOBODY)),
    "a guest": (person("audrey"), of_person(NOBODY, NOBODY)),
    "a plan": (step(), OF_PLAN),
    "a plan with a point done": (step("complete"), OF_PLAN),
    "a plan with a point left out": (step("leave_out"), OF_LEFT_OUT | {
        row: table for row, table in OF_PLAN.items() if PLAN in row
    }),
    "a plan that is over": (step(is_over=True), OF_PLAN),
    "a band": (band(), OF_BAND),
    "a band to come": (band("planned"), OF_BAND),
    "a band that ended": (band("ended"), OF_BAND),
    "a band that was corrected": (band("corrected"), OF_BAND),
    "a move that waits": (move(), of_move(ABOVE, decides="helen", mine="mara")),
    # Olga holds the function “executive”, and nobody else in HR is left.
    "a move that HR proposed": (
        move(by="helen"), of_move(but(ABOVE, 200, "olga"), decides="olga", mine="helen"),
    ),
    "a move that was agreed to": (rotation, of_move(
        but(ABOVE, 200, "erin"), decides="helen", mine="mara", follows=("mara", "dora", "helen"),
    )),
    **{
        f"a move that was {state}": (
            move(state), of_move(told(mara=200, helen=200), decides="helen", mine="mara"),
        )
        for state in ("declined", "withdrawn", "lapsed")
    },
    "a move for an opening": (
        for_an_opening, of_move(told(otto=200, helen=200), decides="helen", mine="otto"),
    ),
    "a vacancy": (vacancy(), {
        f"GET {NEW_OPENING}": told(helen=200, otto=403),
        f"POST {NEW_OPENING}": told(helen=303, otto=403),
    }),
    "a vacancy with its opening": (vacancy("shown"), {
        f"{method} {NEW_OPENING}": told(helen=303, otto=403) for method in ("GET", "POST")
    }),
    "a vacancy that is filled": (vacancy("filled"), {
        f"{method} {NEW_OPENING}": told(helen=403, otto=403) for method in ("GET", "POST")
    }),
    "an opening": (asked(), of_opening(
        STAFF, keeps=KEEPERS, asks=MAY_ASK, back=told(erin=303),
    ) | of_asker(*KEEPERS)),
    "an opening that a line was told of": (asked(for_line=True), of_asker(*KEEPERS)),
    "what is asked no more": (asked(state="taken back"), of_asker()),
    # Helen is in HR and asks for it herself: for the others she is a rival.
    "an opening that HR asks for": (asked(("erin", "helen")), of_opening(
        STAFF, keeps=("otto",), asks=MAY_ASK, back=told(erin=303, helen=303),
    ) | of_asker("otto")),
    "an opening that is closed": (asked(state="closed"), of_opening(
        KNOWN, keeps=KEEPERS, asks=told(erin=422, helen=422, otto=403), back=told(erin=303),
    ) | of_asker(*KEEPERS, choice=422)),
    # Those above hear of it, and read no word.
    "an opening that somebody got": (asked(state="chosen"), of_opening(
        but(KNOWN, 200, "mara", "dora"), keeps=KEEPERS,
        asks=told(**each(422, "erin", "helen", "mara", "dora"), otto=403), back=told(erin=303),
    ) | of_asker(*KEEPERS, choice=422)),
}  # fmt: skip


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    moved.executive("olga")
    return ladder.make()


@pytest.mark.parametrize("state", STATES)
def test_each_is_answered_as_the_table_says(as_: Any, things: Any, state: str) -> None:
    make, rows = STATES[state]
    for row, table in rows.items():
        rule = row.split()[1]
        ask(as_, row, table, make, DATA.get(rule, {}), QUERY.get(rule, ""))


def test_every_route_of_careers_has_its_row(app: Flask) -> None:
    assert without_row(app, "careers", (rows for _, rows in STATES.values())) == set()
