"""What was said without a name: rows that lead to nobody and say neither when nor in what order."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable
from typing import Any

import peewee

from portal import db
from portal.questionnaires.questionnaire import Answer, Answers
from portal.reviews.models import Phase, Review

LEAST = 3


class Response(db.Model):
    """One answer to one question in one step of one review. The key is random; no person, no time,
    no order, and nothing that says which answers were given together."""

    key = peewee.CharField(max_length=32, primary_key=True)
    review = peewee.ForeignKeyField(Review)
    phase = peewee.ForeignKeyField(Phase)
    question = peewee.CharField(max_length=80)
    answer = peewee.TextField()

    class Meta:
        without_rowid = True

    @classmethod
    def of(cls, review_id: int, phase: Phase) -> Any:
        return cls.select().where(cls.review == review_id, cls.phase == phase)

    @classmethod
    def add(cls, review_id: int, phase: Phase, answers: Answers) -> None:
        """One more, among all others written anew. Call it inside `db.write()`."""
        cls.write_anew(review_id, phase, answers.items())

    @classmethod
    def write_anew(
        cls,
        review_id: int,
        phase: Phase,
        more: Iterable[tuple[str, Answer]] = (),
        least: int = 1,
    ) -> None:
        """All of them in another order, under other keys; those to questions that fewer than
        `least` answered go. Call it inside `db.write()`."""
        said = [(row.question, row.answer) for row in cls.of(review_id, phase)]
        said += [(question, json.dumps(one, ensure_ascii=False)) for question, one in more]
        many = Counter(question for question, _ in said)
        said = [one for one in said if many[one[0]] >= least]
        cls.forget(review_id, phase)
        secrets.SystemRandom().shuffle(said)
        rows = [
            {"key": secrets.token_hex(16), "review": review_id, "phase": phase,
             "question": question, "answer": answer}
            for question, answer in said
        ]  # fmt: skip
        for batch in peewee.chunked(rows, 100):
            cls.insert_many(batch).execute()

    @classmethod
    def forget(cls, review_id: int, phase: Phase) -> None:
        """All of them are gone. Call it inside `db.write()`."""
        db.overwrite_deleted()
        cls.delete().where(cls.review == review_id, cls.phase == phase).execute()

    @classmethod
    def shown(cls, review: Review, phases: list[Phase]) -> dict[int, dict[str, list[Answer]]]:
        """By step and question all answers of those that have closed, in an order that says
        nothing: that of their own letters. What fewer than LEAST answered is not among them."""
        closed = [phase.id for phase in phases if phase.closed_at]
        rows = cls.select().where(cls.review == review, cls.phase.in_(closed or [0]))
        found: dict[int, dict[str, list[Answer]]] = {}
        for row in rows.order_by(cls.answer, cls.key):
            of_step = found.setdefault(row.phase_id, {})
            of_step.setdefault(row.question, []).append(json.loads(row.answer))
        return {
            phase: {question: some for question, some in said.items() if len(some) >= LEAST}
            for phase, said in found.items()
        }
