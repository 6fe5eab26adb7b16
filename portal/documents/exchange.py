"""Documents as files: what ships in `content/`, what HR brings in, what a backup in git holds."""

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from portal import db, text
from portal.documents.models import Document, DocumentKind, Revision, check, kinds
from portal.documents.parser import read

MAX_FILES = 500


@dataclass
class Upload:
    """Files that were read: slug, kind and text of each, and every problem by file and line."""

    files: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def template_for(kind: DocumentKind, title: str) -> str:
    """The text a new document of this kind starts with, under its own title."""
    lines = kind.template.splitlines()
    quoted = f'"{title}"' if any(mark in title for mark in ":#'\"{}[]") else title
    quoted = quoted if title == quoted else '"' + title.replace('"', "”") + '"'
    return (
        "\n".join(f"title: {quoted}" if line.startswith("title:") else line for line in lines)
        + "\n"
    )


def read_upload(name: str, data: bytes) -> Upload:
    """Read one Markdown file or a zip of them. Nothing is written, nothing is extracted."""
    upload = Upload()
    if data[:4] == b"PK\x03\x04":
        _read_zip(data, upload)
    else:
        _read_file(name, data, upload)
    if not upload.files and not upload.problems:
        upload.problems.append("There is no Markdown file (.md) in it.")
    return upload


def _read_zip(data: bytes, upload: Upload) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(".md")]
            if len(members) > MAX_FILES:
                upload.problems.append(f"More than {MAX_FILES} files: bring them in parts.")
                return
            for info in members:
                if info.file_size > text.MAX_SOURCE_BYTES:
                    upload.problems.append(f"{info.filename}: longer than 256 kB.")
                    continue
                with archive.open(info) as member:
                    # Sizes in the directory may lie, so no more than the limit is inflated.
                    _read_file(info.filename, member.read(text.MAX_SOURCE_BYTES + 1), upload)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        upload.problems.append("The zip file cannot be read.")


def _read_file(name: str, data: bytes, upload: Upload) -> None:
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        upload.problems.append(f"{name}: not UTF-8 text.")
        return
    kind = read(source).meta.get("kind", "")
    if kind not in kinds:
        known = ", ".join(kinds)
        upload.problems.append(f"{name}, line 1: “kind” must be one of: {known}.")
        return
    checked = check(kind, source)
    upload.problems += [f"{name}, line {p.line}: {p.message}" for p in checked.errors]
    upload.files.append((kind, text.slugify(PurePosixPath(name).stem), source))


def take_in(upload: Upload, *, by: Any) -> int:
    """Every file becomes the draft of its document, new or known. Returns how many."""
    with db.write():
        for kind, slug, source in upload.files:
            title = read(source).meta.get("title", slug)
            document = Document.named(kind, slug)
            if document is None:
                Document.start(kind, title, by=by, slug=slug, source=source)
            else:
                document.save_draft(source, document.draft().version, by=by)
    return len(upload.files)


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


def export() -> bytes:
    """A zip of every published text, a folder a kind; reading it in again changes nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for revision in Revision.newest().join(Document):
            document = revision.document
            if document.retired_at is None:
                name = f"{document.kind}/{document.slug}.md"
                info = zipfile.ZipInfo(name, revision.published_at.timetuple()[:6])
                archive.writestr(info, revision.source, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
