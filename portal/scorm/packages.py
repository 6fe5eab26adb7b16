"""Packages coming and going: received, replaced by a newer version, retired, put back."""

import json
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.blobs import Blob
from portal.documents.drafts import Draft
from portal.documents.models import Document, Revision
from portal.learning.models import KIND
from portal.people.models import Person
from portal.scorm import zips
from portal.scorm.models import Member, Package
from portal.uploads.models import MEGABYTE, Upload, UploadKind
from portal.uploads.sniffing import Sort

FORMAT = "scorm"
MAX_SLUG_CHARS = 70
WAY = "/learning/packages"

# With the bytes every zip begins with; all the rest is looked at in the background.
ZIP = Sort("Zip", "application/zip", ("zip",), lambda file, head: head.startswith(b"PK\x03\x04"))
UPLOAD = "package"


def upload_kind(may: Any) -> UploadKind:
    return UploadKind(UPLOAD, "A course package", may=may, max_bytes=500 * MEGABYTE, sorts=(ZIP,))


def receive(upload: Upload, *, by: Person) -> Package | None:
    """A first version, to be checked. None where the file was used already."""
    stem = upload.name.rpartition(".")[0] or upload.name
    title = " ".join(stem.replace("_", " ").split())[:200] or "Package"
    with db.write():
        return _receive(upload, _free_slug(text.slugify(stem)), 1, title, by)


def replace(package: Package, upload: Upload, *, by: Person) -> Package | None:
    """A newer version of the same package. Courses go on with the one they name until they name
    this one. None where the file was used already."""
    with db.write():
        newest = Package.select(peewee.fn.MAX(Package.version)).where(Package.slug == package.slug)
        return _receive(upload, package.slug, newest.scalar() + 1, package.title, by)


def _receive(upload: Upload, slug: str, version: int, title: str, by: Person) -> Package | None:
    if not upload.take():
        return None
    package = Package.create(
        slug=slug,
        version=version,
        title=title,
        file_name=upload.name,
        upload=upload.blob_id,
        created_at=clock.now(),
        created_by=by,
    )
    data = {"name": package.name, "title": title}
    audit.record(by, "received", package, data=data)
    return package


def _free_slug(wanted: str) -> str:
    stem = wanted[:MAX_SLUG_CHARS].rstrip("-")
    slug, number = stem, 2
    while Package.select().where(Package.slug == slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


def retire(package: Package, *, by: Person) -> bool:
    """No new course takes it. Courses that name it go on, and so does what was reported in it."""
    return _set_retired(package, True, by)


def reinstate(package: Package, *, by: Person) -> bool:
    return _set_retired(package, False, by)


def _set_retired(package: Package, is_retired: bool, by: Person) -> bool:
    with db.write():
        now = clock.now()
        changed = Package.update(retired_at=now if is_retired else None).where(
            Package.id == package.id, Package.retired_at.is_null(is_retired)
        )
        if not changed.execute():
            return False
        package.retired_at = now if is_retired else None
        data = {"name": package.name, "title": package.title}
        if is_retired:
            audit.record(by, "retired", package, data=data)
        else:
            audit.record(by, "reinstated", package, data=data)
    return True


def note_fetched(package: Package, *, by: Person) -> None:
    """Somebody took the zip as it came away with them."""
    with db.write():
        data = {"name": package.name, "title": package.title}
        audit.record(by, "fetched", package, data=data)


def make_course(package: Package, *, by: Person) -> Document:
    """The draft of a course that is this package: a new one, unless one is begun already."""
    if begun := draft_of(package):
        return begun
    return Document.start(KIND, package.title, by=by, source=course_source(package))


def course_source(package: Package) -> str:
    """What the draft begins with; whoever writes it says the rest."""
    rule = "passed" if _has_mastery(package.parsed["organizations"]) else "completed"
    return (
        "---\n"
        f"kind: course\ntitle: {json.dumps(package.title, ensure_ascii=False)}\n"
        "summary: What one can do after it, in a sentence\n"
        "audience: everyone\nowner: @hr\nreview-every: 12 months\n"
        f"format: {FORMAT}\npackage: {package.name}\n"
        f"topic: Work\nlevel: beginner\nminutes: 30\npasses-when: {rule}\n"
        "---\n"
        "What it is about, whom it is for, and what to have at hand.\n"
    )


def _has_mastery(nodes: list[dict[str, Any]]) -> bool:
    """Whether one of its parts has a score that must be reached."""
    return any(
        node.get("mastery") is not None
        or (node.get("seq") or {}).get("primary", {}).get("satisfiedByMeasure")
        or _has_mastery(node["children"])
        for node in nodes
    )


# -- what is asked of them ---------------------------------------------------------------------


def courses_by_package() -> dict[str, list[Document]]:
    """Which courses name which package in their newest text, by `slug/version`."""
    rows = (
        Revision.newest()
        .select(Revision.structure, Document)
        .join(Document)
        .where(Document.kind == KIND, Revision.structure.contains(f'"format": "{FORMAT}"'))
        .order_by(Document.title)
    )
    found: dict[str, list[Document]] = {}
    for row in rows:
        name = row.parsed.get("package")
        if name and row.parsed.get("format") == FORMAT:
            found.setdefault(str(name), []).append(row.document)
    return found


def draft_of(package: Package) -> Document | None:
    """A course in work whose draft names this package and that was never published."""
    names_it = Draft.source.contains(f"\npackage: {package.name}\n")
    drafts = Document.select().join(Draft, on=(Draft.document == Document.id))
    drafts = drafts.where(Document.kind == KIND, ~Document.is_published(), names_it)
    return drafts.order_by(Document.id).first()  # type: ignore[no-any-return]


def any_in_force() -> bool:
    """Whether a course with a package is in force: then there must be a host to play it from."""
    return any(
        course.retired_at is None for courses in courses_by_package().values() for course in courses
    )


def listing(query: Any) -> Any:
    """The query with what a row shows: who sent it, how large it is."""
    return (
        query.select(Package, Blob.size, Person.id, Person.name, Person.preferred_name)
        .join(Blob, on=(Package.upload == Blob.id))
        .switch(Package)
        .join(Person, on=(Package.created_by == Person.id))
        .order_by(Package.created_at.desc(), Package.id.desc())
    )


def versions(package: Package) -> list[Package]:
    """All of the same package, the newest first."""
    rows = Package.select().where(Package.slug == package.slug)
    return list(rows.order_by(Package.version.desc()))


def measured(package: Package) -> dict[str, int]:
    """How many files there are, how large they are, and how much of that is film and sound."""
    streamed = peewee.Case(None, [(Member.method == zips.STORED, Member.size)], 0)
    row = (
        Member.select(
            peewee.fn.COUNT(Member.id),
            peewee.fn.COALESCE(peewee.fn.SUM(Member.size), 0),
            peewee.fn.COALESCE(peewee.fn.SUM(streamed), 0),
        )
        .where(Member.package == package.id)
        .tuples()
        .first()
    )
    return {"files": int(row[0]), "bytes": int(row[1]), "streamed": int(row[2])}
