"""Moves in words: what one is, who has it, what comes next, and who can see it."""

from dataclasses import dataclass
from typing import Any

from portal import text, web
from portal.careers import moving, rotating
from portal.careers.models import PROMOTION, ROTATION, Move
from portal.people.models import Person

NOBODY_MAY = (
    "Nobody may decide this at the moment: there is nobody in HR besides whom it is about and who"
    " proposed it, and no executive. Once an admin has made somebody else HR, it comes to them."
)
SORT_WORDS = {"promotion": "Promotion", "transfer": "Transfer", "rotation": "Rotation"}
ICONS = {"promotion": "trending-up", "transfer": "arrow-right-left", "rotation": "refresh-cw"}
STATE_BADGES = {
    "open": ("Waits", "warn"), "agreed": ("Agreed", "good"), "declined": ("Declined", "plain"),
    "withdrawn": ("Taken back", "plain"), "lapsed": ("Ended", "plain"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A sentence, with its icon."""

    words: str
    icon: str = "info"


def title(move: Move, viewer: Person | None = None) -> str:
    """“Promotion of Erin Castellanos”; to Erin “Your promotion”."""
    what = "longer rotation" if move.reverses_id and not move.is_way_back else move.sort
    is_own = viewer is not None and viewer.id == move.person_id
    said = f"your {what}" if is_own else f"{what} of {move.person.called}"
    return f"Taking back: {said}" if move.is_way_back else f"{said[0].upper()}{said[1:]}"


def days(move: Move) -> str:
    """“from Tue 1 Dec on” or “from Tue 1 Dec until Sun 28 Feb”."""
    first = web.day(move.starts_on)
    return f"from {first} until {web.day(move.ends_on)}" if move.ends_on else f"from {first} on"


def lead(move: Move) -> str:
    """“To Senior Engineer, L2, from Tue 1 Dec on.”"""
    to = ", ".join(word for word in (move.role, move.level) if word)
    said = f"to {to}, {days(move)}." if to and not move.is_way_back else f"{days(move)}."
    return said[0].upper() + said[1:]


def state(move: Move, viewer: Person, asked: list[Person]) -> Said:
    """Who has it and what comes next."""
    if move.state == "open":
        return _waiting(move, viewer, asked)
    if move.state == "agreed":
        return _agreed(move, viewer)
    if move.state == "declined":
        by = _name(move.decided_by, viewer)
        words = f"Declined by {by} {web.moment(move.decided_at)}. Nothing changes."
        return Said(words, "circle-x")
    if move.state == "lapsed":
        return Said(f"Ended without an answer: {move.answer}", "circle-slash")
    return Said(f"Taken back {web.moment(move.withdrawn_at)}. Nothing changes.", "undo-2")


def _waiting(move: Move, viewer: Person, asked: list[Person]) -> Said:
    by = _name(move.proposed_by, viewer)
    proposed = f"Proposed by {by} {web.moment(move.proposed_at)}."
    if not asked:
        return Said(f"{proposed} {NOBODY_MAY}", "triangle-alert")
    if viewer.id in {one.id for one in asked}:
        others = len(asked) - 1
        also = f" {text.count(others, 'other')} may, too: the first decides." if others else ""
        return Said(f"{proposed} You decide: agree or decline below.{also}", "hourglass")
    names = text.enumerated([one.called for one in asked[:3]], len(asked))
    return Said(
        f"{proposed} Waits for a second look by {names}. Nothing has changed yet.", "hourglass"
    )


def _agreed(move: Move, viewer: Person) -> Said:
    by = _name(move.decided_by, viewer)
    agreed = f"Agreed to by {by} {web.moment(move.decided_at)}."
    today = web.viewer_today()
    if move.starts_on > today:
        return Said(f"{agreed} It begins {web.day_full(move.starts_on)}.", "check")
    if move.ends_on and move.ends_on < today:
        return Said(f"{agreed} It ended {web.day(move.ends_on)}.", "check")
    if move.ends_on:
        return Said(f"{agreed} It goes on until {web.day_full(move.ends_on)}.", "check")
    return Said(f"{agreed} It holds since {web.day(move.starts_on)}.", "check")


def since_then(move: Move) -> str:
    """What happened to the position it became, where something did; empty where it stands."""
    if move.state != "agreed":
        return ""
    if move.is_taken_back():
        return "Another decision has followed it."
    if moving.stands(move):
        return ""
    return (
        "The position it became was withdrawn or corrected since, on the pages of people:"
        " the history of positions says what holds."
    )


def who_sees(move: Move, viewer: Person) -> str:
    """Who reads this page, as a sentence."""
    who = move.person.called
    if viewer.id == move.person_id:
        return (
            "You, those you report to, HR and whoever proposed it read what changes. Only HR and"
            " whoever proposed it read why: ask them."
        )
    if move.state == "agreed":
        said = f"{who}, those they report to, HR and whoever proposed it read what changes."
        return f"{said} The reason is read by HR and whoever proposed it."
    above = "" if move.opening_id else f", those {who} reports to"
    hidden = f"{who} never reads this" if move.state != "open" else f"{who} does not know of it"
    return f"Whoever proposed it{above} and those in HR who may decide it read this. {hidden}."


def before_agreeing(move: Move) -> str:
    """What the decision sets going at once."""
    first = move.person.first_name
    return (
        f"The moment you agree it is written and {first} reads it on their own page: talk first,"
        " or agree after the talk."
    )


def may_lengthen(move: Move) -> bool:
    return move.sort == ROTATION and rotating.may_lengthen(move, web.viewer_today())


def is_promotion(move: Move) -> bool:
    return move.sort == PROMOTION


def _name(person: Any, viewer: Person) -> str:
    if person is None:
        return "somebody whose data is gone"
    return "you" if person.id == viewer.id else str(person.called)
