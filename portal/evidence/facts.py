"""The tables of a pack: which typed rows are evidence, and the event each is bound by.

A row is read by its `bound`, the dict whose hash stands in its event; what has no row of its own
(that something ended) is read off its event. Rows come in batches, by id, so that none is large.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.audit.models import Event, canonical, spelled
from portal.certificates.checks import CertificateCheck
from portal.certificates.models import Certificate
from portal.checklists.finishes import Finish
from portal.compliance.models import Coverage, Exemption, Requirement, Terms
from portal.documents.models import Document
from portal.documents.revisions import Revision
from portal.evidence.models import Pack
from portal.learning.models import Completion
from portal.policies.models import Acknowledgment, PolicyAttempt

BATCH = 500
# A cell beginning so is written as JSON: no spreadsheet takes it for a formula.
STRANGE = tuple("=+-@'\"\t\r")


class Unbound(Exception):
    """A row without its event: nothing proves it, so there is no pack."""


@dataclass
class Scope:
    """What a pack is about, looked up once: the requirements and what they ask for."""

    pack: Pack
    targets: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: Pack) -> "Scope":
        scope = cls(pack)
        asked = Requirement.select().where(Requirement.id.in_(pack.requirements))
        for one in asked.order_by(Requirement.id):
            scope.targets.setdefault(one.kind, []).append(one.target)
        return scope

    def concerns(self, row: Any) -> bool:
        people = self._people
        return people is None or row.person_id in people

    @property
    def _people(self) -> frozenset[int] | None:
        if "among" not in self.__dict__:
            self.__dict__["among"] = self.pack.people
        return self.__dict__["among"]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Table:
    """One CSV file of facts. `columns` are `name:type`; `key` names whose events bind a row.

    Without `rows` each event of the tags is a row, of the things `things` names.
    """

    name: str
    title: str
    kind: str
    tags: tuple[str, ...]
    columns: str
    rows: Callable[[Scope], Any] | None = None
    things: Callable[[Scope], Any] | None = None
    key: str = "id"
    texts: tuple[str, ...] = ()

    @property
    def typed(self) -> list[tuple[str, str]]:
        return [tuple(one.split(":")) for one in self.columns.split()]  # type: ignore[misc]

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "file": f"facts/{self.name}.csv",
            "binding": "record" if self.rows else "event",
            "tags": list(self.tags),
            "columns": [list(one) for one in self.typed],
            "texts": list(self.texts),
        }

    def written(self, scope: Scope, told: Callable[[], None]) -> Iterator[tuple[int, bytes]]:
        """Each row as a line of the file, with the number of its event; `told` at each batch."""
        batches = self._bound_rows(scope) if self.rows else self._events(scope)
        for batch in batches:
            told()
            for seq, values in batch:
                cells = [cell(values.get(name), kind) for name, kind in self.typed]
                yield seq, (",".join([str(seq), *cells]) + "\r\n").encode()

    @property
    def head(self) -> bytes:
        return ("event," + ",".join(name for name, _ in self.typed) + "\r\n").encode()

    def _bound_rows(self, scope: Scope) -> Iterator[list[tuple[int, dict[str, Any]]]]:
        assert self.rows is not None
        for batch in batches(self.rows(scope)):
            wanted = [row for row in batch if not hasattr(row, "person_id") or scope.concerns(row)]
            found = self.events_of(scope, wanted)
            yield [(seq, json.loads(canonical(row.bound))) for row, seq in found]

    def events_of(self, scope: Scope, rows: list[Any]) -> list[tuple[Any, int]]:
        """Each of these rows with the number of its event. Raises Unbound where one has none."""
        subjects = [str(getattr(row, self.key)) for row in rows]
        seqs = {
            (event.subject_id, event.facts.get("record")): event.seq
            for event in self._recorded(scope, subjects)
        }
        try:
            return [(row, seqs[str(getattr(row, self.key)), row.record]) for row in rows]
        except KeyError as error:
            raise Unbound(f"{self.title}: row {error.args[0][0]} has no event.") from error

    def _recorded(self, scope: Scope, subjects: list[str]) -> Any:
        return (
            Event.select(Event.seq, Event.subject_id, Event.data)
            .where(Event.subject_kind == self.kind, Event.subject_id.in_(subjects))
            .where(Event.tag.in_(self.tags), Event.seq <= scope.pack.size)
        )

    def _events(self, scope: Scope) -> Iterator[list[tuple[int, dict[str, Any]]]]:
        assert self.things is not None
        for batch in batches(self.things(scope)):
            wanted = [row for row in batch if not hasattr(row, "person_id") or scope.concerns(row)]
            subjects = [str(row.id) for row in wanted]
            events = (
                Event.select()
                .where(Event.subject_kind == self.kind, Event.subject_id.in_(subjects))
                .where(Event.tag.in_(self.tags), Event.seq <= scope.pack.size)
                .where(Event.at <= scope.pack.known_at)
                .order_by(Event.seq)
            )
            yield [(event.seq, _said(event)) for event in events]


def _said(event: Event) -> dict[str, Any]:
    own = {
        "at": spelled(event.at),
        "tag": event.tag,
        "by": event.by_id,
        "about": event.about_id,
        "subject": event.subject_id,
    }
    return event.facts | own


def cell(value: Any, kind: str) -> str:
    """A value as it stands in a pack's CSV."""
    if value is None:
        return ""
    if kind == "json" or kind == "bool":
        return _quoted(canonical(value))
    words = str(value)
    if kind == "text" and (not words or words.startswith(STRANGE)):
        words = canonical(words)
    return _quoted(words)


def _quoted(words: str) -> str:
    if any(mark in words for mark in ',"\r\n'):
        return '"' + words.replace('"', '""') + '"'
    return words


def batches(query: Any) -> Iterator[list[Any]]:
    """The rows of a query by id, so many at a time: no cursor stays open, no list grows."""
    last, model = 0, query.model
    while True:
        batch = list(query.where(model.id > last).order_by(model.id).limit(BATCH))
        if not batch:
            return
        yield batch
        last = batch[-1].id


# -- which rows ----------------------------------------------------------------------------------


def _requirements(scope: Scope) -> Any:
    return Requirement.select().where(Requirement.id.in_(scope.pack.requirements))


def _terms(scope: Scope) -> Any:
    return Terms.select().where(
        Terms.requirement.in_(scope.pack.requirements), Terms.recorded_at <= scope.pack.known_at
    )


def _coverages(scope: Scope) -> Any:
    pack = scope.pack
    meant = (Coverage.since <= pack.as_of) & (Coverage.recorded_at <= pack.known_at)
    if pack.from_on is not None:
        meant &= Coverage.until.is_null() | (Coverage.until >= pack.from_on)
    return Coverage.select().where(Coverage.requirement.in_(pack.requirements), meant)


def _exemptions(scope: Scope) -> Any:
    pack = scope.pack
    return Exemption.select().where(
        Exemption.requirement.in_(pack.requirements),
        Exemption.since <= pack.as_of,
        Exemption.recorded_at <= pack.known_at,
    )


def documents(scope: Scope) -> list[int]:
    """The texts it is about: policies, courses, and the plans of lists."""
    kinds = ("policy", "checklist", "course")
    return [target for kind in kinds for target in scope.targets.get(kind, [])]


def _documents(scope: Scope) -> Any:
    return Document.select(Document.id).where(Document.id.in_(documents(scope)))


def revisions(scope: Scope) -> Any:
    """Every text of them published by then."""
    return Revision.select().where(
        Revision.document.in_(documents(scope)), Revision.published_at <= scope.pack.moment.latest
    )


def acknowledgments(scope: Scope) -> Any:
    """Every signature under them by then."""
    return Acknowledgment.select().where(
        Acknowledgment.document.in_(scope.targets.get("policy", [])),
        Acknowledgment.signed_at <= scope.pack.moment.latest,
    )


def _attempts(scope: Scope) -> Any:
    mine = Revision.select(Revision.id).where(
        Revision.document.in_(scope.targets.get("policy", []))
    )
    return PolicyAttempt.select().where(
        PolicyAttempt.revision.in_(mine), PolicyAttempt.at <= scope.pack.moment.latest
    )


def completions(scope: Scope) -> Any:
    """Every completion of the courses asked for, recorded by then."""
    return Completion.select().where(
        Completion.course.in_(scope.targets.get("course", [])),
        Completion.recorded_at <= scope.pack.known_at,
    )


def certificates(scope: Scope) -> Any:
    """Every certificate of the kinds asked for, recorded by then."""
    return Certificate.select().where(
        Certificate.type.in_(scope.targets.get("certificate", [])),
        Certificate.recorded_at <= scope.pack.known_at,
    )


def _checks(scope: Scope) -> Any:
    return (
        CertificateCheck.select(CertificateCheck, Certificate.person.alias("person_id"))
        .join(Certificate)
        .where(
            Certificate.type.in_(scope.targets.get("certificate", [])),
            CertificateCheck.recorded_at <= scope.pack.known_at,
        )
        .objects()
    )


def _finishes(scope: Scope) -> Any:
    return Finish.select().where(
        Finish.plan.in_(scope.targets.get("checklist", [])),
        Finish.finished_on <= scope.pack.as_of,
        Finish.recorded_at <= scope.pack.known_at,
    )


def _over(rows: Callable[[Scope], Any]) -> Callable[[Scope], Any]:
    """Of these rows, those that did not stay known."""

    def only(scope: Scope) -> Any:
        query = rows(scope)
        return query.where(query.model.superseded_at <= scope.pack.known_at)

    return only


ENDED = "at:text subject:text by:int about:int record:text"
CERTIFICATE = (
    "id:int type:int person:int issued_on:text expires_on:text file_hash:text details_hash:text "
    "replaces:int recorded_at:text recorded_by:int"
)
TERMS = (
    "id:int requirement:int audience:text starts_on:text every_months:int counted_from:text "
    "fixed_on:text first_days:int joiner_days:int lead_days:int grace_days:int audience_from:text "
    "holds_from:text holds_until:text recorded_at:text"
)
ACKNOWLEDGMENT = (
    "id:int document:int revision:int person:int round:int since_revision:int text_hash:text "
    "shown_hash:text statement_hash:text answers_hash:text attempts:int identified_by:text "
    "shown_at:text agreed_at:text signed_at:text signed_on:text signed_by:int on_behalf:bool "
    "personal_hash:text"
)
SIGNATURES = Table(
    "acknowledgments", "Signatures under policies", "acknowledgment", ("acknowledgment.signed",),
    ACKNOWLEDGMENT, acknowledgments, texts=("text_hash", "statement_hash", "answers_hash"),
)  # fmt: skip
CERTIFICATES = Table(
    "certificates", "Certificates brought", "certificate", ("certificate.recorded",),
    CERTIFICATE, certificates,
)  # fmt: skip
COMPLETIONS = Table(
    "completions", "Courses completed", "completion", ("completion.completed",),
    "id:int course:int revision:int person:int attempt:int how:text score:json seconds:int "
    "done_at:text done_on:text expires_on:text code:text recorded_at:text recorded_by:int "
    "personal_hash:text", completions,
)  # fmt: skip
TABLES = [
    Table(
        "requirements", "What was required, and when it began and ended", "requirement",
        ("requirement.set", "requirement.ended"),
        "at:text tag:text subject:text by:int kind:text target:int on:text", things=_requirements,
    ),
    Table("terms", "What each requirement asked", "terms", ("terms.set",), TERMS, _terms),
    Table(
        "coverages", "Who was meant, from when to when", "coverage", ("coverage.recorded",),
        "id:int requirement:int person:int since:text until:text event_on:text recorded_at:text",
        _coverages,
    ),
    Table(
        "coverages_ended", "Of whom that was corrected, and when", "coverage",
        ("coverage.superseded",), ENDED, things=_over(_coverages),
    ),
    Table(
        "exemptions", "Who was excused, from when to when", "exemption", ("exemption.given",),
        "id:int requirement:int person:int since:text until:text recorded_at:text", _exemptions,
    ),
    Table(
        "exemptions_ended", "Whose exemption was taken back", "exemption",
        ("exemption.taken_back",), ENDED, things=_over(_exemptions),
    ),
    Table(
        "texts", "The texts, as they were published", "revision", ("revision.published",),
        "at:text subject:text by:int document:int kind:text number:int hash:text material:bool",
        things=revisions, texts=("hash",),
    ),
    Table(
        "texts_retired", "Texts put out of force, and back", "document",
        ("document.retired", "document.reinstated"), "at:text tag:text subject:text by:int",
        things=_documents,
    ),
    SIGNATURES,
    Table(
        "attempts", "Answers that were not all right at first", "policy_attempt",
        ("policy_attempt.missed",),
        "at:text subject:text about:int document:int number:int wrong:int", things=_attempts,
    ),
    COMPLETIONS,
    Table(
        "completions_withdrawn", "Completions recorded by mistake, and taken back", "completion",
        ("completion.withdrawn",), "at:text subject:text by:int about:int course:int",
        things=completions,
    ),
    CERTIFICATES,
    Table(
        "certificate_checks", "What was found when they were checked", "certificate",
        ("certificate.confirmed", "certificate.sent_back"),
        "id:int certificate:int outcome:text recorded_at:text recorded_by:int",
        _checks, key="certificate_id",
    ),
    Table(
        "certificates_ended", "Certificates corrected, taken out, or looked at again",
        "certificate", ("certificate.taken_out", "certificate.reconsidered"),
        "at:text tag:text subject:text by:int about:int type:int", things=certificates,
    ),
    Table(
        "finishes", "Lists done to their last step", "finish", ("finish.recorded",),
        "id:int checklist:int person:int plan:int finished_on:text recorded_at:text", _finishes,
    ),
    Table(
        "finishes_ended", "Lists of which a step was opened again", "finish",
        ("finish.superseded",), ENDED, things=_over(_finishes),
    ),
]  # fmt: skip
