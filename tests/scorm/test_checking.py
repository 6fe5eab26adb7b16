"""The check in the background: what is good gets a served copy, what is not gets a sentence."""

import io
import threading
import tracemalloc
import zlib
from datetime import timedelta
from typing import Any

import pytest

from portal import clock, queue
from portal.audit import Event
from portal.blobs import Blob, places
from portal.scorm import checking, zips
from portal.scorm.models import CHECKING, READY, REFUSED, WAITING, Member, Package
from tests.scorm import builders
from tests.scorm.builders import page, root, zipped
from tests.scorm.conftest import again

FILM = bytes(range(256)) * 2_000


def served(package: Package) -> dict[str, bytes]:
    """Every file of the served copy, as its row says it lies there."""
    found = {}
    with package.served.open() as file:
        for member in package.members:
            file.seek(member.offset)
            lying = file.read(member.packed)
            content = zlib.decompress(lying, -15) if member.method == 8 else lying
            assert len(content) == member.size and zlib.crc32(content) == member.crc
            found[member.path] = content
    return found


def originals(content: bytes) -> dict[str, bytes]:
    file = io.BytesIO(content)
    return {
        entry.path: b"".join(piece for _, piece in zips.inflate(file, entry))
        for entry in zips.entries(file)
    }


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("standard", ["1.2", "2004"])
def test_a_good_package_is_served_byte_by_byte(packaged: Any, standard: str, method: int) -> None:
    content = builders.several(
        standard,
        files={"media/Film.MP4": FILM, "empty.js": b"", "style.css": b"a{}" * 500},
        method=method,
    )
    package = packaged(content)
    assert (package.state, package.standard) == (READY, standard)
    assert package.problem_list == [] and package.title == "Fire safety"
    assert served(package) == originals(content)
    methods = {member.path: member.method for member in package.members}
    # Films as they are, so that parts of them can be sent; the rest packed.
    assert methods["media/Film.MP4"] == 0 and methods["style.css"] == 8
    assert package.checked_bytes == package.total_bytes == sum(map(len, served(package).values()))


def test_what_came_stays_as_it_came(packaged: Any) -> None:
    content = builders.single()
    package = packaged(content)
    assert b"".join(package.upload.chunks()) == content
    assert package.upload.hash != package.served.hash


def test_what_systems_leave_in_a_zip_is_not_served(packaged: Any) -> None:
    litter = {"__MACOSX/._index.html": b"x", ".DS_Store": b"x", "media/Thumbs.db": b"x"}
    package = packaged(builders.single(files=litter))
    assert {member.path for member in package.members} == {"imsmanifest.xml", "index.html"}


def test_a_package_one_folder_down_is_taken(packaged: Any) -> None:
    package = packaged(builders.single(under="My Course/"))
    assert package.parsed["organizations"][0]["children"][0]["href"] == "My Course/index.html"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped({"a.html": b"x"}), "no imsmanifest.xml"),
        (zipped({"imsmanifest.xml": b"<!DOCTYPE m><manifest/>"}), "DOCTYPE"),
        (zipped({"imsmanifest.xml": b"<manifest>" + b" " * 2**21}), "larger than 2 MB"),
        (zipped({"imsmanifest.xml": b"<m"}), "no valid XML"),
        (builders.single(files={"../evil.html": b"x"}), "“../evil.html” leads outside"),
        (builders.single(files={"INDEX.html": b"x"}), "in the zip twice"),
        (zipped({"imsmanifest.xml": builders.manifest(root([page()]))}), "opens “one.html”"),
        (builders.single()[:-30], "cut short"),
    ],
)
def test_a_bad_package_is_refused_in_a_sentence_and_leaves_nothing(
    packaged: Any, content: bytes, sentence: str
) -> None:
    package = packaged(content)
    assert package.state == REFUSED and package.served_id is None
    assert any(sentence in problem for problem in package.problem_list), package.problem_list
    assert not package.members.count()
    assert Event.select().order_by(Event.seq.desc()).first().tag == "package.refused"


def test_a_damaged_member_is_found_though_the_list_is_right(packaged: Any) -> None:
    content = bytearray(builders.single(files={"z.txt": b"plain words" * 9}, method=0))
    content[content.index(b"plain words") + 3] ^= 1
    package = packaged(bytes(content))
    assert package.problem_list == ["“z.txt” is damaged: its checksum is another one."]
    assert not Member.select().count()


def test_what_is_stored_and_no_longer_right_is_said(sent: Any, monkeypatch: Any) -> None:
    package = sent()
    path = next(p for p in _files(package.upload))
    path.write_bytes(b"X" + path.read_bytes()[1:])
    checking.check_due()
    assert "cannot be read any more" in again(package).problem_list[0]


def _files(blob: Blob) -> list[Any]:
    if blob.place != "disk":
        pytest.skip("The database keeps it.")
    return [places.path_of(blob.digest)]


def test_progress_is_written_down_while_it_goes_on(sent: Any, monkeypatch: Any) -> None:
    package = sent(builders.single(files={"a.txt": b"a" * 300_000, "b.txt": b"b" * 300_000}))
    monkeypatch.setattr(checking, "TOLD_BYTES", 100_000)
    seen = []
    tell = checking._Desk.tell

    def told(self: Any, size: int) -> None:
        tell(self, size)
        seen.append(again(package).checked_bytes)

    monkeypatch.setattr(checking._Desk, "tell", told)
    checking.check_due()
    assert len(set(seen)) > 4 and seen == sorted(seen)


def test_a_worker_that_is_told_to_stop_leaves_it_to_the_next(sent: Any, monkeypatch: Any) -> None:
    package = sent(builders.single(files={"a.txt": b"a" * 300_000}))
    monkeypatch.setattr(checking, "TOLD_BYTES", 1_000)
    told = threading.Event()
    tell = checking._Desk.tell

    def stop(self: Any, size: int) -> None:
        told.set()
        tell(self, size)

    monkeypatch.setattr(checking._Desk, "tell", stop)
    monkeypatch.setattr(queue, "_told_to_stop", told)
    assert checking.check_due() == 0
    waiting = again(package)
    assert (waiting.state, waiting.claims, waiting.checked_bytes) == (WAITING, 0, 0)
    monkeypatch.setattr(checking._Desk, "tell", tell)
    told.clear()
    assert checking.check_due() == 1
    assert again(package).is_ready


def test_what_a_killed_worker_left_is_taken_over_and_not_before(sent: Any, move_clock: Any) -> None:
    package = sent()
    assert checking._claim(package) is not None
    # Nothing of what it had begun to write counts.
    assert again(package).state == CHECKING
    assert checking.check_due() == 0
    move_clock(minutes=3)
    assert checking.check_due() == 1
    assert again(package).is_ready


def test_a_worker_whose_package_was_taken_over_changes_nothing(sent: Any, move_clock: Any) -> None:
    package = sent()
    slow = checking._claim(package)
    assert slow is not None
    move_clock(minutes=3)
    assert checking.check_due() == 1
    before = again(package).checked_at, package.members.count()
    assert not checking.check(package, slow)
    assert (again(package).checked_at, package.members.count()) == before
    assert again(package).is_ready


def test_a_package_that_ends_every_worker_is_given_up(sent: Any, move_clock: Any) -> None:
    package = sent()
    for _ in range(checking.MAX_CLAIMS):
        assert checking._claim(again(package)) is not None
        move_clock(minutes=3)
    checking.check_due()
    assert again(package).problem_list == [checking.GAVE_UP]


def test_a_full_disk_is_no_fault_of_the_package(
    sent: Any, monkeypatch: Any, move_clock: Any
) -> None:
    package = sent()
    put = Blob.put

    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Blob, "put", full)
    assert checking.check_due() == 0
    assert not again(package).problem_list
    monkeypatch.setattr(Blob, "put", put)
    assert checking.check_due() == 0
    move_clock(minutes=3)
    assert checking.check_due() == 1


def test_a_check_that_takes_too_long_is_ended(sent: Any, monkeypatch: Any) -> None:
    package = sent()
    monkeypatch.setattr(checking, "MAX_SECONDS", -1)
    checking.check_due()
    assert again(package).problem_list == [checking.TOO_LONG]


def test_two_workers_check_it_once(sent: Any) -> None:
    package = sent()
    first, second = checking._claim(package), checking._claim(package)
    assert first is not None and second is None
    checking.check(package, first)
    assert Event.select().where(Event.tag == "package.checked").count() == 1
    assert clock.now() - again(package).checked_at < timedelta(seconds=1)


def test_the_title_of_the_manifest_is_the_package_s(packaged: Any) -> None:
    assert packaged(builders.single(title="Brandschutz")).title == "Brandschutz"


@pytest.mark.one_database
def test_a_large_package_is_never_in_memory(sent: Any) -> None:
    """Neither a film, which is copied as it is, nor what is packed anew."""
    film = bytes(range(256)) * 4 * 1024 * 16
    files = {"film.mp4": film, "scene.bin": film, "film-2.mp4": film}
    package = sent(builders.single(files=files, method=0))
    tracemalloc.start()
    checking.check_due()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert again(package).is_ready
    assert peak < 8 * zips.MEGABYTE, f"{peak // zips.MEGABYTE} MB"
