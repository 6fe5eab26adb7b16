"""What the things are called that are required: a question or two, whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from portal.compliance.needs import kinds
from portal.documents.models import Document
from portal.documents.models import kinds as document_kinds

Thing = tuple[str, int]


def titles(things: Iterable[Thing]) -> dict[Thing, str]:
    """The title of each of these, by kind and target, in force or not.

    What is required under the name of a kind of document is such a document: they are asked for
    together. Any other kind is asked once.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, target in things:
        wanted[kind].add(target)
    found = _of_documents(wanted)
    for name, targets in wanted.items():
        missing = [target for target in targets if (name, target) not in found]
        found |= {(name, target): title for target, title in _of_kind(name, missing).items()}
    return found


def _of_documents(wanted: dict[str, set[int]]) -> dict[Thing, str]:
    ids = [target for name in wanted if name in document_kinds for target in wanted[name]]
    if not ids:
        return {}
    rows = Document.select(Document.kind, Document.id, Document.title).where(Document.id.in_(ids))
    return {(kind, target): title for kind, target, title in rows.tuples()}


def _of_kind(name: str, targets: Collection[int]) -> dict[int, str]:
    if name not in kinds:
        # A kind of an earlier release: its rows are evidence, its room is gone.
        return {target: f"{name} {target}" for target in targets}
    offered = dict(kinds[name].targets()) if len(targets) > 1 else {}
    return {target: offered.get(target) or kinds[name].title_of(target) for target in targets}
