"""The package of the sample company is a good one, and is played where it can be."""

from pathlib import Path
from typing import Any

from portal.documents.models import Document
from portal.scorm import manifest, runs, sample, zips
from portal.scorm.models import Package


def test_its_files_make_a_package_without_a_fault(packaged: Any) -> None:
    folder = sample.SOURCE / sample.NAME
    package = packaged(sample.zipped(folder), f"{sample.NAME}.zip")
    assert package.is_ready, package.problem_list
    assert package.note_list == []
    assert sample.zipped(folder) == sample.zipped(folder)
    served = {member.path for member in package.members}
    assert served == {path.name for path in Path(folder).iterdir()}
    parts = package.parsed["organizations"][0]["children"]
    assert [part["title"] for part in parts] == [
        "Your place", "Eyes, breaks, movement", "Three questions",
    ]  # fmt: skip
    assert manifest.NAME in served and len(served) < zips.MAX_ENTRIES


def test_it_is_a_course_only_where_it_can_be_played(world: Any, who: Any) -> None:
    runs.configure("", "http")
    sample.fill()
    assert Package.get().is_ready and Document.named("course", sample.NAME) is None
    runs.configure("content.foo.localhost", "http")
    sample.fill()
    course = Document.named("course", sample.NAME)
    assert course is not None and course.state == "published"
    said = course.current.parsed
    assert said["package"] == f"{sample.NAME}-2/1" and said["minutes"] == 10
    assert said["passes_when"]["rule"] == "passed" and "Three short parts" in course.current.source
    runs.configure("", "http")
