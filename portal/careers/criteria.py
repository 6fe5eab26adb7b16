"""How each sort of criterion is read off what is known of somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.assignments.due import add_months
from portal.careers.facts import A_DAY, Facts, Said, Span
from portal.careers.rungs import (
    CERTIFICATE,
    COMPETENCY,
    COURSE,
    MONTHS,
    OWN,
    REVIEW,
    Criterion,
    Rung,
)
from portal.competencies.models import MANAGER
from portal.competencies.texts import Text
from portal.people.models import Person
from portal.text import count, fold

NOT_THERE = "It is not in force at present, so nothing can be said of it. HR keeps the track."


@dataclass(frozen=True)
class Known:
    """What is asked, and what is known of it. `is_there`: what is named is in force."""

    title: str
    is_met: bool | None
    said: str = ""
    missing: str = ""
    is_there: bool = True


def read(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    """One thing a rung asks for, of one person."""
    return _READ[criterion.sort](person, rung, criterion, found)


def day(value: date) -> str:
    """`3 Mar 2026`: always with its year, because these lie far apart."""
    return f"{value.day} {value:%b %Y}"


# -- competencies ------------------------------------------------------------------------------


def _competency(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    text = found.texts.get(criterion.slug)
    if text is None:
        return Known(f"Competency “{criterion.slug}”", None, missing=NOT_THERE, is_there=False)
    asked = text.at(rung.level)
    # A row the text does not have stays asked: nobody reaches it, as its writer was told.
    wanted = criterion.number or asked.expected.value
    row = asked.anchor(wanted)
    title = f"{text.title}: {row.label if row else f'row {wanted}'} on {asked.level}"
    said = found.said.get((person.id, criterion.slug))
    if said is None:
        return Known(title, False, missing="Nobody has said yet where that stands.")
    word = text.at(said.level).anchor(said.value)
    who = "The manager" if said.relation == MANAGER else "A self-assessment"
    words = f"{who} says {word.label if word else said.value} on {said.level}, {day(said.on)}."
    short = wanted - counted(text, said, asked.level)
    if short <= 0:
        return Known(title, True, words)
    return Known(title, False, words, f"{count(short, 'step')} below what is asked.")


def counted(text: Text, said: Said, level: str) -> int:
    """Which row it is on another level: what was said on the level below is one row less, because
    Advanced there stands about where Proficient stands here; on one above, one row more."""
    order = [fold(one.level) for one in text.levels]
    if fold(said.level) not in order or fold(level) not in order:
        return said.value
    return said.value + order.index(fold(said.level)) - order.index(fold(level))


# -- time --------------------------------------------------------------------------------------


def _months(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    """Time counts where the rung they stand on leads there; of a role that no track has, any."""
    title = f"{count(criterion.number, 'month')} on the rung before"
    spans = found.stood.get(person.id, [])
    if not spans:
        return Known(title, False, missing="The time there has not begun.")
    today = person.today()
    stood = months_of(spans, today)
    since = f"{count(stood, 'month')}, since {day(spans[0].begins_on)}."
    own = found.rungs.get(person.id)
    if own == rung:
        return Known(title, True, f"They stand there, since {day(spans[0].begins_on)}.")
    if own and rung.key not in own.keys_to:
        return Known(title, False, since, f"Not counted: {own.called} does not lead there.")
    if stood >= criterion.number:
        return Known(title, True, since)
    on = add_months(spans[-1].begins_on, criterion.number - months_of(spans[:-1], today))
    return Known(title, False, since, f"It is reached on {day(on)}, if nothing changes.")


def months_of(spans: list[Span], today: date) -> int:
    """Full months, each span counted for itself."""
    return sum(_full_months(one.begins_on, min(_after(one, today), today)) for one in spans)


def _after(span: Span, today: date) -> date:
    """The first day on which it does not hold any more."""
    return span.ends_on + A_DAY if span.ends_on else today


def _full_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(0, months if add_months(first, months) <= last else months - 1)


# -- what one brings, takes and is told ----------------------------------------------------------


def _certificate(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    kind = found.types.get(criterion.slug)
    if kind is None:
        return Known(f"Certificate “{criterion.slug}”", None, missing=NOT_THERE, is_there=False)
    held = found.held.get((person.id, criterion.slug))
    return _valid(f"A valid {kind[1]}", held, person.today(), "issued", "Not there yet.")


def _course(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    course = found.courses.get(criterion.slug)
    if course is None:
        return Known(f"Course “{criterion.slug}”", None, missing=NOT_THERE, is_there=False)
    done = found.done.get((person.id, criterion.slug))
    return _valid(f"“{course.title}” completed", done, person.today(), "completed", "Not yet.")


def _valid(title: str, span: Span | None, today: date, verb: str, never: str) -> Known:
    if span is None:
        return Known(title, False, missing=never)
    words = f"{verb.capitalize()} on {day(span.begins_on)}"
    if span.ends_on is None:
        return Known(title, True, f"{words}.")
    if span.ends_on >= today:
        return Known(title, True, f"{words}, valid until {day(span.ends_on)}.")
    return Known(title, False, f"{words}.", f"It ended on {day(span.ends_on)}.")


def _review(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    wanted, of, at = criterion.number, criterion.of, criterion.at
    if of == 1:
        title = f"The last released review at {at} or better"
    else:
        title = f"{wanted} of the last {of} released reviews at {at} or better"
    last = found.rated.get(person.id, [])[:of]
    said = "; ".join(f"{one.title}: {one.rating}, {day(one.on)}" for one in last)
    there = sum(one.rating >= at for one in last)
    if there >= wanted:
        return Known(title, True, f"{said}.")
    if not last:
        return Known(title, False, missing="No review with a rating is released yet.")
    return Known(title, False, f"{said}.", f"{count(wanted - there, 'more', 'more')} at {at}.")


def _own(person: Person, rung: Rung, criterion: Criterion, found: Facts) -> Known:
    words = "To be said by whoever proposes it."
    return Known(criterion.words, None, missing=words)


_READ: dict[str, Callable[[Person, Rung, Criterion, Facts], Known]] = {
    COMPETENCY: _competency,
    MONTHS: _months,
    CERTIFICATE: _certificate,
    COURSE: _course,
    REVIEW: _review,
    OWN: _own,
}
