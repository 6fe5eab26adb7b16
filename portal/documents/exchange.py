"""Documents as files: what ships in `content/`, what HR brings in, what a backup in git holds."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from portal import db, text
from portal.documents.models import (
    MAX_SLUG_CHARS,
    Document,
    DocumentKind,
    Draft,
    Revision,
    check,
    kinds,
)
from portal.documents.parser import entry, normal, read

MAX_FILES = 500
# What a zip of any kind of files may list, and how much text of it is read in one go.
MAX_MEMBERS = 5_000
MAX_TEXT_BYTES = 2 * 1024 * 1024

CONTENT = Path(__file__).resolve().parent.parent.parent / "content"

_MEMBER_HEAD = b"PK\x01\x02"


@dataclass
class Upload:
    """Files that were read: slug, kind and text of each, and every problem by file and line."""

    files: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    # Problems that are none when the text they miss comes in the same upload.
    needed: dict[str, str] = field(default_factory=dict)

    def forgive_what_comes_along(self) -> None:
        """A plan may name a form that stands in the same zip: all of them come as drafts."""
        coming = {f"{kind}:{slug}" for kind, slug, _ in self.files}
        forgiven = {sentence for sentence, needs in self.needed.items() if needs in coming}
        self.problems = [problem for problem in self.problems if problem not in forgiven]


def template_for(kind: DocumentKind, title: str) -> str:
    """The text a new document of this kind starts with, under its own title."""
    lines = kind.template.splitlines()
    titled = [entry("title", title) if line.startswith("title:") else line for line in lines]
    return "\n".join(titled) + "\n"


# -- reading -----------------------------------------------------------------------------------


def read_upload(name: str, data: bytes) -> Upload:
    """Read one Markdown file or a zip of them. Nothing is written, nothing is extracted."""
    upload = Upload()
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        _read_zip(data, upload)
    else:
        _read_file(name, data, upload)
    upload.forgive_what_comes_along()
    if not upload.files and not upload.problems:
        upload.problems.append("There is no Markdown file (.md) in it.")
    return upload


def _read_zip(data: bytes, upload: Upload) -> None:
    # Counted before the list is read: reading a million entries would take minutes.
    if data.count(_MEMBER_HEAD) > MAX_MEMBERS:
        upload.problems.append(f"The zip lists more than {MAX_MEMBERS:,} files.")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _read_members(archive, upload)
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError,
        EOFError,
    ):  # fmt: skip
        upload.problems.append("The zip file cannot be read: it is damaged, or locked.")


def _read_members(archive: zipfile.ZipFile, upload: Upload) -> None:
    members = [info for info in archive.infolist() if _is_text(PurePosixPath(info.filename))]
    if len(members) > MAX_FILES:
        upload.problems.append(f"More than {MAX_FILES} files: bring them in parts.")
        return
    left = MAX_TEXT_BYTES
    for info in members:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            upload.problems.append(f"{info.filename}: packed in a way that is not read here.")
            continue
        if info.file_size > text.MAX_SOURCE_BYTES:
            upload.problems.append(f"{info.filename}: longer than {_kb(text.MAX_SOURCE_BYTES)}.")
            continue
        with archive.open(info) as member:
            # Sizes in the directory may lie, so no more than the limit is inflated.
            found = member.read(text.MAX_SOURCE_BYTES + 1)
        left -= len(found)
        if left < 0:
            upload.problems.append(f"More than {_kb(MAX_TEXT_BYTES)} of text: bring it in parts.")
            return
        _read_file(info.filename, found, upload)


def _is_text(path: PurePosixPath) -> bool:
    """A Markdown file, and none of the shadow files that a Mac puts beside each one."""
    return path.suffix.lower() == ".md" and not path.name.startswith(".")


def _kb(size: int) -> str:
    return f"{size // 1024:,} kB"


def _read_file(name: str, data: bytes, upload: Upload) -> None:
    said = name or "The file"
    if len(data) > text.MAX_SOURCE_BYTES:
        upload.problems.append(f"{said}: longer than {_kb(text.MAX_SOURCE_BYTES)}.")
        return
    try:
        source = normal(data.decode("utf-8"))
    except UnicodeDecodeError:
        upload.problems.append(f"{said}: not UTF-8 text.")
        return
    split = read(source)
    kind = split.meta.get("kind", "")
    if split.errors:
        errors = split.errors
    elif kind not in kinds:
        known = ", ".join(kinds)
        line = split.line_of("kind")
        upload.problems.append(f"{said}, line {line}: “kind” must be one of: {known}.")
        return
    else:
        errors = check(kind, source, draw=False).errors
    for error in errors:
        sentence = f"{said}, line {error.line}: {error.message}"
        upload.problems.append(sentence)
        if error.needs:
            upload.needed[sentence] = error.needs
    _add(upload, said, (kind, slug_of(name), source))


def slug_of(name: str) -> str:
    """The address that a file's name stands for."""
    return text.slugify(PurePosixPath(name).stem)[:MAX_SLUG_CHARS].rstrip("-")


def _add(upload: Upload, name: str, file: tuple[str, str, str]) -> None:
    twin = upload.names.setdefault(file[:2], name)
    if twin != name or file[:2] in {known[:2] for known in upload.files}:
        upload.problems.append(f"{name}: {twin} would have the same address. Rename one of them.")
        return
    upload.files.append(file)


# -- taking in ---------------------------------------------------------------------------------


def unsaved_by(upload: Upload) -> list[str]:
    """What stands in the way of taking it in: drafts that would be written over."""
    return [
        f"{upload.names[kind, slug]}: “{document.title}” has a draft in work. Publish or discard "
        "it first."
        for kind, slug, source in upload.files
        if (document := Document.named(kind, slug)) is not None
        and (draft := Draft.get_or_none(Draft.document == document)) is not None
        and draft.source != source
    ]


def take_in(upload: Upload, *, by: Any) -> int:
    """Every file becomes the draft of its document, new or known. Returns how many."""
    with db.write():
        for kind, slug, source in upload.files:
            title = read(source).meta.get("title", slug)
            document = Document.named(kind, slug)
            if document is None:
                Document.start(kind, title, by=by, slug=slug, source=source)
            else:
                document.save_draft(source, document.edits, by=by)
    return len(upload.files)


def take_in_starters(*, by: Any) -> int:
    """The texts that ship with the portal become drafts where there is no such document yet."""
    upload = Upload()
    for path in starters():
        _read_file(path.name, path.read_bytes(), upload)
    upload.files = [file for file in upload.files if Document.named(*file[:2]) is None]
    return take_in(upload, by=by)


def starters() -> Iterable[Path]:
    """The files of the texts that ship with the portal."""
    folders = [kind.folder or f"{kind.name}s" for kind in kinds.values()]
    return sorted(path for folder in folders for path in (CONTENT / folder).glob("*.md"))


def publish_file(path: Path, *, by: Any, note: str) -> Document:
    """Publish a text that ships with the portal. Raises ValueError when it has errors."""
    upload = read_upload(path.name, path.read_bytes())
    if upload.problems:
        raise ValueError("\n".join(upload.problems))
    kind, slug, source = upload.files[0]
    title = read(source).meta.get("title", slug)
    document = Document.named(kind, slug) or Document.start(
        kind, title, by=by, slug=slug, source=source
    )
    document.publish(source, by=by, note=note)
    return document


def publish_starters(*, by: Any, note: str) -> None:
    """Publish every text that ships with the portal; one that names another comes after it.

    Raises ValueError when some cannot be published in any order.
    """
    waiting = list(starters())
    while waiting:
        stuck: list[Path] = []
        problem = ""
        for path in waiting:
            try:
                publish_file(path, by=by, note=note)
            except ValueError as error:
                problem = str(error)
                stuck.append(path)
        if len(stuck) == len(waiting):
            raise ValueError(problem)
        waiting = stuck


def export() -> bytes:
    """A zip of every published text, a folder a kind; reading it in again changes nothing."""
    buffer = io.BytesIO()
    published = (
        Revision.newest()
        .select(Revision, Document)
        .join(Document)
        .where(Document.retired_at.is_null())
        .order_by(Document.kind, Document.slug)
    )
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for revision in published:
            document = revision.document
            name = f"{document.kind}/{document.slug}.md"
            info = zipfile.ZipInfo(name, revision.published_at.timetuple()[:6])
            archive.writestr(info, revision.source, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
