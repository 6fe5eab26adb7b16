"""Packages as HR meets them: sent, looked at, made a course, replaced, retired."""

import io
from dataclasses import replace
from typing import Any

import pytest

from portal import db, doctor
from portal.audit import Event
from portal.documents.models import Document
from portal.scorm import access, checking, packages, runs
from portal.scorm.models import CHECKING, Package
from portal.uploads.models import Upload, kinds
from tests import cast
from tests.reach import knock
from tests.scorm import builders
from tests.scorm.builders import folder, page, zipped
from tests.scorm.conftest import again

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
HR = NOBODY | {"helen": 200}
HR_POSTS = NOBODY | {"helen": 303}
NOWHERE = "/learning/packages/999999"


def send(client: Any, content: bytes, to: str = "/learning/packages", name: str = "a.zip") -> Any:
    return client.post(
        to, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


@pytest.fixture
def host() -> Any:
    """Packages have a host of their own."""
    before = runs.content_origin()
    runs.configure("content.foo.localhost", "http")
    yield
    runs.configure(before.partition("://")[2], "http")


# -- the way of a package ----------------------------------------------------------------------


def test_hr_sends_a_package_sees_it_checked_and_makes_a_course_of_it(as_: Any, host: Any) -> None:
    helen = as_("helen")
    content = builders.package(
        [folder("start", [page("a", "Alarm", mastery=80)]), page("b", "Escape", type="asset")],
        title="Fire safety",
    )
    sent = send(helen, content, name="Fire_Safety 2026.zip")
    assert sent.status_code == 303
    package = Package.get()
    assert sent.headers["Location"] == package.url
    assert (package.name, package.title) == ("fire-safety-2026/1", "Fire Safety 2026")
    assert "waits to be checked" in helen.get(package.url).text
    polled = helen.hx_get(package.url, f"package-{package.id}").text
    assert polled.lstrip().startswith('<div id="package-1"') and "every 2s" in polled
    checking.check_due()
    shown = helen.get(package.url).text
    for words in ("Fire safety", "SCORM 1.2", "Alarm", "passed from 80 points on", "Make a course"):
        assert words in shown, words
    polled = helen.hx_get(package.url, "package-1").text
    assert polled.lstrip().startswith('<div id="package-1"') and "every 2s" not in polled
    assert "every 2s" not in shown and "CONTENT_HOST" not in shown
    made = helen.post(f"{package.url}/course")
    course = Document.get(Document.kind == "course")
    assert made.headers["Location"] == f"{course.url}/edit"
    # Asked again, the draft that is begun is gone on with.
    assert helen.post(f"{package.url}/course").headers["Location"] == f"{course.url}/edit"
    assert "Go on with its draft" in helen.get(package.url).text
    source = course.draft().source
    assert "package: fire-safety-2026/1\n" in source and "format: scorm\n" in source
    assert "passes-when: passed\n" in source and 'title: "Fire safety"\n' in source


def test_how_far_the_check_is_shows_on_the_page(as_: Any, sent: Any) -> None:
    package = sent()
    with db.write():
        Package.update(state=CHECKING, checked_bytes=300, total_bytes=400).execute()
    polled = as_("helen").hx_get(package.url, f"package-{package.id}").text
    assert "75" in polled and "percent checked" in polled and "Send a newer" not in polled


def test_what_is_wrong_is_read_on_its_page(as_: Any) -> None:
    helen = as_("helen")
    send(helen, zipped({"index.html": b"x", "<img src=x>.html": b"y"}))
    checking.check_due()
    shown = helen.get(Package.get().url).text
    assert "cannot be played" in shown and "There is no imsmanifest.xml in it" in shown
    assert "Make a course" not in shown
    assert "cannot be played" in helen.get("/learning/packages").text


def test_what_is_no_zip_is_refused_at_its_field(as_: Any) -> None:
    helen = as_("helen")
    for content, name, words in (
        (b"<html>", "course.zip", "its content is not Zip"),
        (builders.single(), "course.html", "but not “.html” files"),
        (b"", "course.zip", "empty"),
    ):
        answer = send(helen, content, name=name)
        assert answer.status_code == 422 and words in answer.text, name
    answer = helen.post("/learning/packages", data={})
    assert answer.status_code == 422 and "Choose the zip" in answer.text
    assert not Package.select().count()


def test_a_file_that_was_sent_in_parts_is_used_once(as_: Any, who: Any) -> None:
    helen, kind = as_("helen"), kinds[packages.UPLOAD]
    upload = Upload.of_file(io.BytesIO(builders.single()), "a.zip", kind, by=who.helen)
    assert helen.post("/learning/packages", data={"file": upload.key}).status_code == 303
    answer = helen.post("/learning/packages", data={"file": upload.key})
    assert answer.status_code == 422 and "used already" in answer.text
    assert Package.select().count() == 1


def test_two_packages_of_one_name_have_two_addresses(sent: Any) -> None:
    assert [sent().name, sent().name] == ["fire-safety/1", "fire-safety-2/1"]


def test_a_newer_version_stands_beside_the_old_one(as_: Any, packaged: Any) -> None:
    helen, first = as_("helen"), packaged()
    assert "Send a newer version" in helen.get(first.url).text
    answer = send(helen, builders.several(), f"{first.url}/versions")
    second = Package.get(Package.version == 2)
    assert answer.headers["Location"] == second.url and second.name == "fire-safety/2"
    checking.check_due()
    assert again(first).is_ready and again(second).is_ready
    old, new = helen.get(first.url).text, helen.get(second.url).text
    assert "Send a newer version" in new and "Send a newer version" not in old
    assert second.url in old and first.url in new
    assert send(helen, b"x", f"{second.url}/versions").status_code == 422


def test_a_retired_package_stays_to_be_read_and_comes_back(as_: Any, packaged: Any) -> None:
    helen, package = as_("helen"), packaged()
    for _ in range(2):
        assert helen.post(f"{package.url}/retirement").status_code == 303
    assert helen.post(f"{package.url}/course").status_code == 403
    assert send(helen, builders.single(), f"{package.url}/versions").status_code == 403
    shown = helen.get(package.url).text
    assert "Retired" in shown and "What is in it" in shown
    assert package.members.count() and again(package).is_ready
    assert helen.get(f"{package.url}/file").status_code == 200
    for _ in range(2):
        helen.post(f"{package.url}/reinstatement")
    assert helen.post(f"{package.url}/course").status_code == 303
    tags = [event.tag for event in Event.select().order_by(Event.seq)]
    assert tags.count("package.retired") == tags.count("package.reinstated") == 1


def test_the_zip_is_fetched_as_it_came_and_that_is_written_down(
    as_: Any, who: Any, packaged: Any
) -> None:
    content = builders.single()
    package = packaged(content, "Ünsere Schulung.zip")
    answer = as_("helen").get(f"{package.url}/file")
    assert answer.data == content and answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    last = Event.select().order_by(Event.seq.desc()).first()
    assert (last.tag, last.by_id) == ("package.fetched", who.helen.id)


def test_without_a_host_it_is_said_why_nothing_is_published(
    as_: Any, packaged: Any, host: Any
) -> None:
    package, helen = packaged(), as_("helen")
    runs.configure("", "http")
    for address in (package.url, "/learning/packages"):
        assert "no course with one can be published" in helen.get(address).text
    runs.configure("content.foo.localhost", "http")
    assert "CONTENT_HOST" not in helen.get(package.url).text


def test_a_page_of_everything_that_can_be_in_one_is_drawn(as_: Any, packaged: Any) -> None:
    """Titles, names and notes as a stranger chose them show as words and do nothing."""
    nasty = "<script>alert(1)</script>{{7*7}}\u202e"
    rule = {
        "action": "skip",
        "conditionCombination": "all",
        "conditions": [{"condition": "always"}],
    }
    rules = {"preConditionRules": [rule], "exitConditionRules": [], "postConditionRules": []}
    tree = [folder("f", [page("a", nasty, seq={"limits": {"attemptLimit": "1"}})], title=nasty)]
    package = packaged(
        builders.package(builders.root([*tree, page("b", seq={"rules": rules})], nasty), "2004"),
        f"{nasty}.zip",
    )
    assert package.is_ready, package.problem_list
    helen = as_("helen")
    for address in (package.url, "/learning/packages"):
        shown = helen.get(address).text
        assert "<script>alert" not in shown and "&lt;script&gt;" in shown
        assert "{{7*7}}" in shown
    course = helen.post(f"{package.url}/course")
    assert course.status_code == 303 and helen.get(course.headers["Location"]).status_code == 200


# -- who ---------------------------------------------------------------------------------------


def test_only_hr_sees_packages(as_: Any, packaged: Any) -> None:
    package = packaged()
    knock(as_, HR, "/learning/packages", nowhere="/learning/nothing-here")
    knock(as_, HR, package.url, nowhere=NOWHERE)
    knock(as_, HR, f"{package.url}/file", nowhere=f"{NOWHERE}/file")


def test_only_hr_does_anything_to_them(as_: Any, packaged: Any) -> None:
    package = packaged()
    for verb in ("course", "retirement", "reinstatement"):
        knock(as_, HR_POSTS, f"{package.url}/{verb}", data={}, nowhere=f"{NOWHERE}/{verb}")
    sends = NOBODY | {"helen": 422}
    for address, nowhere in (
        (f"{package.url}/versions", f"{NOWHERE}/versions"),
        ("/learning/packages", f"{NOWHERE}/versions"),
    ):
        knock(as_, sends, address, data={}, nowhere=nowhere)


def test_an_upload_is_begun_by_hr_alone(as_: Any) -> None:
    data = {"kind": "package", "name": "a.zip", "size": "1000"}
    assert as_("helen").post("/uploads", data=data).status_code == 201
    for name in ("erin", "mara", "adam", "audrey"):
        assert as_(name).post("/uploads", data=data).status_code == 404
    assert as_("helen").post("/uploads", data=data | {"size": str(2**30)}).status_code == 422


def test_reach_and_page_agree(who: Any, packaged: Any) -> None:
    packaged()
    for name in cast.NAMES:
        person = getattr(who, name)
        assert access.visible_to(person).count() == (1 if access.can_manage(person) else 0)


# -- how much ----------------------------------------------------------------------------------


def test_pages_ask_few_questions(as_: Any, packaged: Any, queries: Any) -> None:
    first = packaged()
    helen = as_("helen")
    helen.get(first.url)
    for number in range(5):
        packaged(builders.several(count=3 + number), f"package-{number}.zip")
    for address in ("/learning/packages", first.url):
        with queries() as seen:
            helen.get(address)
        asked = [sql for sql in seen if sql.startswith("SELECT")]
        assert len(asked) <= 8, (address, len(asked), asked)


def test_the_doctor_finds_a_missing_host_once_a_course_needs_it(
    database: Any, who: Any, packaged: Any, host: Any
) -> None:
    def said(content_host: str) -> tuple[bool, str]:
        config = replace(database, content_host=content_host)
        return next(found for found in doctor._content_host(config))

    package = packaged()
    assert said("")[0], "nobody needs one"
    course = packages.make_course(package, by=who.helen)
    assert said("")[0], "a draft needs none"
    course.publish(packages.course_source(package), by=who.helen)
    fine, sentence = said("")
    assert not fine and "CONTENT_HOST is not set" in sentence
    assert said("content.foo.localhost")[0]
    course.retire(by=who.helen)
    assert said("")[0]
