"""A package of the sample company: a short course in three parts, as a tool would export it."""

import io
import zipfile
from pathlib import Path

from portal.people.models import Person
from portal.scorm import checking, packages, runs
from portal.uploads.models import Upload, kinds

SOURCE = Path(__file__).resolve().parents[2] / "content" / "sample" / "packages"
NAME = "working-at-a-screen"
WORDS = {
    "What one can do after it, in a sentence": "Set up a chair and a screen so that nothing hurts.",
    "topic: Work": "topic: Health",
    "minutes: 30": "minutes: 10",
    "What it is about, whom it is for, and what to have at hand.": "Three short parts, best taken"
    " in the chair you sit in every day. The last one asks three questions.",
}


def fill() -> None:
    """Sent and checked; a course in force only where packages have a host to be played from."""
    helen = Person.get(Person.email.startswith("helen@"))
    file = io.BytesIO(zipped(SOURCE / NAME))
    upload = Upload.of_file(file, f"{NAME}.zip", kinds[packages.UPLOAD], by=helen)
    package = packages.receive(upload, by=helen)
    checking.check_due()
    if package is None or not runs.content_origin():
        return
    package = type(package).get_by_id(package.id)
    course = packages.make_course(package, by=helen)
    source = packages.course_source(package)
    for written, said in WORDS.items():
        source = source.replace(written, said)
    course.publish(source, by=helen)


def zipped(folder: Path) -> bytes:
    """The files of a folder as a package; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, path.read_bytes())
    return made.getvalue()
