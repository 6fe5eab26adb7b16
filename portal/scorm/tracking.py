"""Taking what a package reports: each commit is untrusted, and everything is reckoned anew.

A commit carries the elements that changed since the last one that was answered, so one that is
lost is made up for by the next, and one that comes twice changes nothing. Commits are no events.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal import clock, db
from portal.learning import taking
from portal.learning.models import COMPLETED, PASSED, Attempt
from portal.learning.sequencing import Step
from portal.prepared import Prepared, blank
from portal.scorm import runs, steering
from portal.scorm.datamodel import (
    LEFT,
    MAX_DATA_CHARS,
    MAX_NAME_CHARS,
    OPEN,
    SUSPEND,
    Refused,
    Reported,
    check,
    fitting,
    reckon,
)
from portal.scorm.launching import starts_anew
from portal.scorm.models import ItemState, Run
from portal.scorm.runs import LEARN
from portal.scorm.steering import Steering

# So often at least the attempt says how long it has taken.
TOLD_SECONDS = 60
# What an item claims is kept as it says, up to ten thousand hours.
MAX_SECONDS = 36_000_000
WISHES = {
    "continue", "previous", "choice", "jump", "exit", "exitAll", "suspendAll", "abandon",
    "abandonAll",
}  # fmt: skip
ABANDONING = {"abandon", "abandonAll"}
# Of what is left out so many are named: who forges thousands is not told of each.
MOST_NAMED = 20


class Replaced(Exception):
    """Another window has taken over: what this one says counts no more."""


class Moved(Exception):
    """It speaks for an item that does not run any more: the run has gone on to another."""


class Ended(Exception):
    """Its attempt ended while the commit was on its way."""


@dataclass(frozen=True)
class Commit:
    """What came. `session` is the load of the wrapper it came from; `ended`: the item itself has
    finished; `left`: it is being left, finished or not; `wish` is where to, "" for nowhere;
    `left_out` says of the elements that cannot be taken why not."""

    session: int
    sequence: int
    elements: dict[str, str]
    left_out: dict[str, str]
    ended: bool
    left: bool
    wish: str
    target: str


def read(run: Run, payload: Any) -> Commit:
    """The commit in that payload; raises Refused with a sentence, and Moved."""
    if not isinstance(payload, dict):
        raise Refused("A commit is an object.")
    numbers = [payload.get("session"), payload.get("sequence")]
    if not all(type(value) is int and 0 < value < 2**31 for value in numbers):
        raise Refused("A commit says its session and its sequence.")
    wish, target = payload.get("wish", ""), payload.get("target", "")
    if not isinstance(wish, str) or (wish and wish not in WISHES):
        raise Refused("Nobody can go there.")
    if not isinstance(target, str) or len(target) > 250:
        raise Refused("There is no such item.")
    good, bad = check(steering.structure_of(run)["standard"], payload.get("elements", {}))
    flags = [payload.get("ended", False), payload.get("left", False)]
    if not all(isinstance(flag, bool) for flag in flags):
        raise Refused("A commit says with true and false what has ended.")
    if payload.get("item") != run.item:
        # An older window does not load itself anew: it would take the course from the newer one.
        raise Moved if numbers[0] == run.session else Replaced
    return Commit(*numbers, good, bad, *flags, wish, target)


def take_commit(run: Run, payload: Any) -> dict[str, Any]:
    """Store what came and answer what it has come to.

    Elements that cannot be taken are left out and named; the others are taken. Raises Refused for
    what cannot be taken at all, Replaced where a newer window has taken over, Moved where the item
    runs no more and Ended where the attempt does not. One that is not newer than what was stored
    changes nothing and gets an answer like any other.
    """
    commit = read(run, payload)
    # Several a minute from everybody who learns: a power cut may take the last moments of them.
    # What completes a course records an event, and so lasts.
    with db.write(is_lasting=False):
        now = clock.now()
        if not _hears(run, commit, now):
            item = run.item
            runs.read_again(run)
            if run.item != item:
                raise Moved
            late = _late(run, commit, now)
            if late is None:
                return {"saved": run.sequence, "status": _status(run.attempt), "next": None}
            commit = late
        node = steering.node_of(run, run.item) or {}
        is_learned = run.purpose == LEARN
        answer = _take(run, node, commit, now) if is_learned else _walk(run, node, commit, now)
    if commit.left_out:
        named = list(commit.left_out.items())[:MOST_NAMED]
        answer["left_out"] = {name[:MAX_NAME_CHARS]: why for name, why in named}
    return answer


def _hears(run: Run, commit: Commit, now: datetime) -> bool:
    """Whether it is the next one, and nothing has come since the run was read; if so the run has
    heard of it. The run is read before the write begins, so that nobody waits for a stranger."""
    heard, ends = Run.seen_at.db_value(now), Run.ends_at.db_value(runs.ends_from(now))
    told = {"run": run.id, "session": commit.session, "sequence": commit.sequence}
    if not _hear.change(**told, known=run.sequence, item=run.item, heard=heard, ends=ends):
        return False
    run.sequence = commit.sequence
    return True


def _late(run: Run, commit: Commit, now: datetime) -> Commit | None:
    """What counts of a commit before which another came, by the run as it stands now; None where
    it is not newer than that one."""
    if run.closed_at or commit.session > run.session:
        raise Replaced
    if run.purpose == LEARN and run.attempt.ended_at is not None:
        raise Ended
    if commit.session < run.session:
        return _last_word(run, commit)
    return commit if _hears(run, commit, now) else None


def _last_word(run: Run, commit: Commit) -> Commit:
    """What a page says that is being loaded anew may come after the new one was drawn. Its values
    count as long as that one has not begun to speak; that it ended does not: it goes on."""
    is_fresh = run.sequence == 0 and run.session == commit.session + 1
    if not is_fresh or commit.left or commit.wish:
        raise Replaced
    return replace(commit, ended=False)


def _take(run: Run, node: dict[str, Any], commit: Commit, now: datetime) -> dict[str, Any]:
    standard = steering.structure_of(run)["standard"]
    row, is_new = _row_of(run, commit)
    before = json.loads(row.data)
    steers = Steering(run) if is_new else None
    if steers and starts_anew(standard, row, steers.navigator.is_resumed(run.item)):
        before, row.suspend, row.claimed_seconds = {}, '""', 0
    said_now = dict(commit.elements)
    if SUSPEND in said_now:
        row.suspend = json.dumps(said_now.pop(SUSPEND))
    data = before | said_now
    text = json.dumps(data)
    if len(text) > MAX_DATA_CHARS:
        data, too_much = fitting(before, said_now)
        commit.left_out.update(too_much)
        text = json.dumps(data)
    if commit.wish not in ABANDONING:
        row.data = text
    had_ended = row.exit != OPEN and not is_new
    has_ended = commit.ended or (commit.left and node.get("type") == "asset")
    was, said = reckon(standard, node, before, had_ended), reckon(standard, node, data, has_ended)
    if node.get("type") == "asset":
        said = Reported(completion=COMPLETED, exit=said.exit)
    _put(run, row, said, commit, now)
    is_due = now - run.attempt.touched_at >= timedelta(seconds=TOLD_SECONDS)
    is_news = is_new or commit.left or has_ended != had_ended or _differs(was, said)
    if not (is_news or is_due or commit.wish or _shares(commit)):
        # The most of them: somebody has turned a page.
        return {"saved": run.sequence, "status": _status(run.attempt), "next": None}
    steers = steers or Steering(run)
    step = _steer(steers, node, commit, said, has_ended and not had_ended)
    _tell(run, steers)
    answer = {"saved": run.sequence, "status": _status(run.attempt), "next": _next(run, step, now)}
    return answer | steers.picture()


def _shares(commit: Commit) -> bool:
    """Whether something is written that other items read."""
    return any(name.startswith("adl.data.") for name in commit.elements)


def _row_of(run: Run, commit: Commit) -> tuple[ItemState, bool]:
    """What the item has reported, and whether this is the first word of a launch."""
    row = _item.first(attempt=run.attempt_id, item=run.item)
    key = f"{run.id}.{commit.session}"
    if row is None:
        row = ItemState.create(attempt=run.attempt_id, item=run.item)
    return row, row.session != key


def _put(run: Run, row: ItemState, said: Reported, commit: Commit, now: datetime) -> None:
    key = f"{run.id}.{commit.session}"
    if row.session != key:
        row.session, row.launches = key, row.launches + 1
        row.before_seconds, row.before_clock = row.seconds, row.clock_seconds
        row.before_claimed = row.claimed_seconds
    if run.launched_at and commit.session == run.session:
        clocked = max(0, int((now - run.launched_at).total_seconds()))
        row.clock_seconds = row.before_clock + clocked
        # Who says to have been here longer than the clock has not.
        row.seconds = row.before_seconds + min(said.session_seconds or 0, clocked)
    # The item is told what it claims, as the standards want it; what counts stands beside it.
    row.claimed_seconds = min(row.before_claimed + (said.session_seconds or 0), MAX_SECONDS)
    row.exit = LEFT if commit.wish in ABANDONING else said.exit
    # What was reached is not lost by trying again.
    if row.completion != COMPLETED:
        row.completion = said.completion
    if row.success != PASSED:
        row.success = said.success
    if said.score is not None and not (row.success == PASSED and said.score < (row.score or 0)):
        row.score = said.score
    row.saved_at = now
    _keep.change(
        **{name: getattr(row, name) for name in _KEPT},
        saved_at=ItemState.saved_at.db_value(now),
        row=row.id,
    )


def _differs(was: Reported, said: Reported) -> bool:
    """Whether more has changed than the time: only then the whole package is looked at."""
    return replace(was, session_seconds=None) != replace(said, session_seconds=None)


def _steer(
    steers: Steering, node: dict[str, Any], commit: Commit, said: Reported, just_ended: bool
) -> Step | None:
    """Tell the navigator, and ask where to go from here if this was the item's end."""
    if commit.wish not in ABANDONING:
        steers.store(node, commit.elements)
        steers.report(steers.run.item, said, commit.left and said.exit == OPEN)
    asked = commit.wish if said.exit != OPEN or commit.left else ""
    return steers.after(asked, commit.target, said, just_ended and not _is_going(commit))


def _is_going(commit: Commit) -> bool:
    """Whether the window is being closed: then nobody goes on by themselves."""
    return commit.left and not commit.wish


def _tell(run: Run, steers: Steering) -> None:
    """Tell the attempt what the package has come to."""
    whole = steers.navigator.rollup()
    taking.keep(
        run.attempt,
        by=run.person,
        completion=whole.completion,
        success=whole.success,
        score=whole.score,
        seconds=_seconds(run.attempt),
        state=steers.state(),
    )


def _seconds(attempt: Attempt) -> int:
    """What the items have said; how long they were open, for those that say nothing."""
    return sum(seconds or clocked for seconds, clocked in _times(attempt=attempt.id))


def _next(run: Run, step: Step | None, now: datetime) -> dict[str, Any] | None:
    if step is None:
        return None
    if step.ended:
        run.close(runs.EXITED)
        return {"ended": True}
    if step.refused or not step.deliver:
        return {"refused": step.refused or "There is nothing further here."}
    # An item's clock begins with it, whether or not the window is loaded anew for it: else the same
    # minutes would count for each.
    Run.update(item=step.deliver, launched_at=now).where(Run.id == run.id).execute()
    run.item, run.launched_at = step.deliver, now
    return {"launch": step.deliver}


def _walk(run: Run, node: dict[str, Any], commit: Commit, now: datetime) -> dict[str, Any]:
    """Whoever only looks walks through it all, and nothing of it is learned."""
    steers = Steering(run)
    standard = steers.standard
    has_ended = commit.ended or (commit.left and node.get("type") == "asset")
    said = reckon(standard, node, commit.elements, has_ended, counts=False)
    if run.purpose == runs.PREVIEW:
        steers.report(run.item, said, commit.left and not has_ended)
    asked = commit.wish if (has_ended or commit.left) else ""
    step = steers.after(asked, commit.target, said, has_ended and not _is_going(commit))
    Run.update(state=json.dumps(steers.state())).where(Run.id == run.id).execute()
    answer = {"saved": run.sequence, "status": _status(run.attempt), "next": _next(run, step, now)}
    return answer | steers.picture()


def _status(attempt: Attempt | None) -> dict[str, Any]:
    if attempt is None:
        return {}
    return {
        "completion": attempt.completion,
        "success": attempt.success,
        "score": attempt.score,
        "seconds": attempt.seconds,
        "done": attempt.is_done,
    }


def launch(run: Run) -> Steering:
    """The wrapper is drawn: a new session of this run begins, with the item that is its turn."""
    with db.write():
        now = clock.now()
        # Two tabs that load at once are two windows.
        runs.read_again(run)
        steers = Steering(run)
        values: dict[str, Any] = {}
        if not run.session:
            steers.begin_anew()
            step = steers.navigator.begin(run.item) if run.item else steers.navigator.begin()
            if step.refused and run.item:
                step = steers.navigator.begin()
            if run.purpose == LEARN:
                taking.keep(run.attempt, by=run.person, state=steers.state())
            else:
                values["state"] = json.dumps(steers.state())
            values["item"] = run.item = step.deliver or ""
        values |= {"session": run.session + 1, "sequence": 0, "launched_at": now}
        values |= {"seen_at": now, "ends_at": runs.ends_from(now)}
        Run.update(**values).where(Run.id == run.id, Run.is_open()).execute()
        run.session, run.sequence, run.launched_at = run.session + 1, 0, now
    return steers


def item_of(run: Run) -> ItemState | None:
    """What the item that runs has reported in the attempt."""
    if run.attempt_id is None:
        return None
    return _item.first(attempt=run.attempt_id, item=run.item)  # type: ignore[no-any-return]


def _under_way() -> Any:
    return Attempt.select(Attempt.id).where(Attempt.is_open(), Attempt.id == Run.attempt)


_hear = Prepared(
    lambda: Run.update(
        sequence=blank("sequence"), seen_at=blank("heard"), ends_at=blank("ends")
    ).where(
        (Run.id == blank("run"))
        & Run.is_open()
        & (Run.session == blank("session"))
        & (Run.sequence == blank("known"))
        & (Run.item == blank("item"))
        & (Run.sequence < blank("sequence"))
        & ((Run.purpose != LEARN) | db.among(Run.attempt, _under_way()))
    )
)
_KEPT = (
    "data", "suspend", "completion", "success", "score", "seconds", "clock_seconds",
    "before_seconds", "before_clock", "claimed_seconds", "before_claimed", "exit", "session",
    "launches",
)  # fmt: skip
_keep = Prepared(
    lambda: ItemState.update(
        **{name: blank(name) for name in _KEPT}, saved_at=blank("saved_at")
    ).where(ItemState.id == blank("row"))
)
_item = Prepared(
    lambda: ItemState.select().where(
        ItemState.attempt == blank("attempt"), ItemState.item == blank("item")
    )
)
_times = Prepared(
    lambda: (
        ItemState.select(ItemState.seconds, ItemState.clock_seconds)
        .where(ItemState.attempt == blank("attempt"))
        .tuples()
    )
)
