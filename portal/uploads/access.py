"""Whose uploads one sees: one's own, and nobody else's."""

from typing import Any

from portal.people.models import Person
from portal.uploads.models import Upload, UploadKind, kinds


def visible_to(viewer: Person) -> Any:
    """The files the viewer is sending, as a query; of kinds that still exist."""
    return Upload.select().where(Upload.owner == viewer.id, Upload.kind.in_(sorted(kinds)))


def can_send(viewer: Person, kind: UploadKind) -> bool:
    """Asked at the beginning, at every part and at the end: a right may end in between."""
    return kind.may(viewer)
