"""Films and documents that courses show: kept for good, and found by the word they are named by."""

from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.blobs import Blob
from portal.documents.models import Document
from portal.documents.parser import Problem, Source
from portal.learning.models import KIND
from portal.people.models import Person

UPLOAD = "course_file"
MAX_TITLE_CHARS, MAX_SLUG_CHARS = 120, 80
FILE_KEY = "file"


class CourseFile(db.Model):
    """A file of a course. Its content never changes: a newer film is another file, so that what
    somebody was shown stays to be seen. Removed, no new course can name it.
    """

    slug = peewee.CharField(max_length=MAX_SLUG_CHARS, unique=True)
    title = peewee.CharField(max_length=MAX_TITLE_CHARS)
    name = peewee.CharField(max_length=140)
    media_type = peewee.CharField(max_length=100)
    blob = peewee.ForeignKeyField(Blob, backref="course_files")
    put_by = peewee.ForeignKeyField(Person)
    put_at = db.UtcField()
    removed_at = db.UtcField(null=True)

    @classmethod
    def is_kept(cls) -> Any:
        return cls.removed_at.is_null()

    @classmethod
    def named(cls, slug: str) -> "CourseFile | None":
        """The file a course means by this word, removed or not."""
        query = cls.select(cls, Blob).join(Blob).where(cls.slug == slug)
        return query.first()  # type: ignore[no-any-return]

    @classmethod
    def by_title(cls) -> "list[CourseFile]":
        """Those that courses can name, with their contents."""
        rows = list(cls.select(cls, Blob).join(Blob).where(cls.is_kept()))
        return sorted(rows, key=lambda one: (text.fold(one.title), one.id))

    @classmethod
    def everything(cls) -> Any:
        """Every file, removed or not, as a query."""
        return cls.select(cls, Blob).join(Blob)

    @property
    def sort(self) -> str:
        """How it is shown: `video`, `audio`, `image` or, to be opened, `document`."""
        first = str(self.media_type).partition("/")[0]
        return first if first in ("video", "audio", "image") else "document"

    @property
    def size(self) -> int:
        return int(self.blob.size)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def put(cls, upload: Any, title: str, *, by: Person) -> "CourseFile | None":
        """The file that was sent; None when the same form came twice and took it already."""
        with db.write():
            if not upload.take():
                return None
            course_file = cls.create(
                slug=cls._free_slug(text.slugify(title)),
                title=title,
                name=upload.name,
                media_type=upload.media_type,
                blob=upload.blob,
                put_by=by,
                put_at=clock.now(),
            )
            data = {"slug": course_file.slug, "hash": upload.blob.hash}
            audit.record(by, "put", course_file, data=data)
        return course_file

    @classmethod
    def _free_slug(cls, wanted: str) -> str:
        stem = wanted[: MAX_SLUG_CHARS - 10].rstrip("-")
        slug, number = stem, 2
        while cls.get_or_none(cls.slug == slug):
            slug, number = f"{stem}-{number}", number + 1
        return slug

    def remove(self, *, by: Person) -> bool:
        """No course names it any more. False while one in force does."""
        with db.write():
            if self.slug in named_by_courses():
                return False
            now = clock.now()
            gone = CourseFile.update(removed_at=now).where(
                CourseFile.id == self.id, CourseFile.is_kept()
            )
            if gone.execute():
                self.removed_at = now
                audit.record(by, "removed", self, data={"slug": self.slug})
        return True

    def bring_back(self, *, by: Person) -> None:
        """It can be named again."""
        with db.write():
            back = CourseFile.update(removed_at=None).where(
                CourseFile.id == self.id, CourseFile.removed_at.is_null(False)
            )
            if back.execute():
                self.removed_at = None
                audit.record(by, "brought_back", self, data={"slug": self.slug})


def named_by_courses() -> dict[str, list[Document]]:
    """The courses in force that show each file, by the file's word."""
    published = Document.select().where(Document.kind == KIND, Document.is_published())
    found: dict[str, list[Document]] = {}
    for course in Document.with_current(published):
        if slug := course.current.parsed.get(FILE_KEY):
            found.setdefault(slug, []).append(course)
    return found


def read_file(source: Source) -> tuple[dict[str, Any], list[Problem]]:
    """`file: fire-drill`: the word under which a file is kept."""
    slug = source.meta.get(FILE_KEY, "").strip()
    line = source.line_of(FILE_KEY if slug else "format")
    if not slug:
        return {FILE_KEY: ""}, [Problem(line, "Say which file is shown, as in “file: fire-drill”.")]
    found = CourseFile.named(slug)
    if found is None or found.removed_at:
        message = f"There is no file “{slug[:80]}”. Send it under Learning, Files, then name it."
        return {FILE_KEY: ""}, [Problem(line, message)]
    return {FILE_KEY: slug}, []
