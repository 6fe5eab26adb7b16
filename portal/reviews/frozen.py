"""The rows of ratings as everybody is asked them in one step, whatever becomes of them later."""

import json
from typing import Any

import peewee

from portal import db
from portal.questionnaires.anchors import shown
from portal.questionnaires.ratings import to_rows
from portal.reviews.models import Phase


class FrozenRows(db.Model):
    """What a step without names shows about whoever is on one level, from the first question on: a
    number means the same to all who choose it, and to those who read it after."""

    phase = peewee.ForeignKeyField(Phase)
    level = peewee.CharField(max_length=20, default="")
    rows = peewee.TextField()

    class Meta:
        indexes = ((("phase", "level"), True),)

    @classmethod
    def of(cls, phase: Phase, level: str) -> dict[str, Any]:
        """By question what it shows: as it was kept, or as it is today."""
        named = _named_elsewhere(phase)
        kept = cls._kept(phase, level) if named else None
        return json.loads(kept.rows) if kept else _as_today(named, level)

    @classmethod
    def keep(cls, phase: Phase, level: str) -> None:
        """From now on nothing of it changes. Call it inside `db.write()`."""
        named = _named_elsewhere(phase)
        if named and cls._kept(phase, level) is None:
            rows = json.dumps(_as_today(named, level), ensure_ascii=False)
            cls.create(phase=phase, level=level, rows=rows)

    @classmethod
    def _kept(cls, phase: Phase, level: str) -> "FrozenRows | None":
        return cls.get_or_none(cls.phase == phase, cls.level == level)  # type: ignore[no-any-return]


def _named_elsewhere(phase: Phase) -> list[dict[str, Any]]:
    """The questions whose rows the form only names."""
    asked = [one for part in phase.form.parsed.get("sections", ()) for one in part["questions"]]
    return [question for question in asked if question.get("source")]


def _as_today(named: list[dict[str, Any]], level: str) -> dict[str, Any]:
    found = {}
    for question in named:
        source = question["source"]
        known = shown(source["name"], source["slug"], level)
        found[question["key"]] = {"rows": to_rows(list(known.rows)), "note": known.note}
    return found
