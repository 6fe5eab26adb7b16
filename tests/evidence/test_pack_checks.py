"""Checking a pack in the portal: the same checks, in the background, and its own trail beside."""

import io
from typing import Any

import pytest

from portal.blobs import Blob
from portal.evidence import building, pack_checks
from portal.evidence.jobs import check_packs, purge_pack_checks
from portal.evidence.models import Pack
from portal.evidence.pack_checks import PackCheck, of_this_portal
from tests import cast
from tests.evidence.conftest import content
from tests.evidence.forge import Forge, zipped
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]
URL = "/evidence/verification"


def send(client: Any, raw: bytes, name: str = "pack.zip") -> Any:
    return client.post(URL, data={"file": (io.BytesIO(raw), name)})


def result(client: Any, raw: bytes) -> str:
    address = send(client, raw).location
    assert check_packs() == 1
    return str(client.get(address).text)


@pytest.fixture
def own(world: Any, signed: Any, ask: Any) -> bytes:
    """A pack of this portal."""
    pack = ask()
    # Not the fixture `app`: several people look in one test.
    with world.app.app_context():
        assert building.build_due() == 1
    return content(Pack.get_by_id(pack.id))


def test_whoever_is_signed_in_may_check_what_they_hold(as_: Any) -> None:
    knock(as_, dict.fromkeys(HERE, 200), URL, nowhere="/nothing")
    knock(as_, dict.fromkeys(HERE, 422), URL, data={}, nowhere="/nothing")
    knock(as_, dict.fromkeys(HERE, 200), "/evidence/verify.py", nowhere="/nothing")
    with open(pack_checks.VERIFIER, "rb") as file:
        assert as_("otto").get("/evidence/verify.py").data == file.read()


def test_a_result_is_for_whoever_asked(as_: Any, own: bytes) -> None:
    address = send(as_("otto"), own).location
    table = dict.fromkeys(HERE, 404) | {"otto": 200}
    knock(as_, table, address, nowhere=f"{URL}/999999")
    assert address in as_("otto").get(URL).text
    assert address not in as_("helen").get(URL).text


def test_a_pack_of_this_portal_holds(as_: Any, own: bytes) -> None:
    audrey = as_("audrey")
    address = send(audrey, own).location
    waiting = audrey.get(address).text
    assert "Being checked" in waiting and 'hx-trigger="every 2s"' in waiting
    assert check_packs() == 1 and check_packs() == 0
    page = audrey.get(address).text
    assert "This pack holds" in page and "this portal’s own first ones" in page
    assert "every 2s" not in page
    assert audrey.hx_get(address, "pack-check").text.lstrip().startswith('<div id="pack-check"')
    assert "Holds, " in audrey.get(URL).text


def test_the_pack_is_not_kept_and_the_result_goes_after_a_week(
    as_: Any, own: bytes, move_clock: Any
) -> None:
    result(as_("otto"), own)
    assert PackCheck.get().blob_id is None
    assert purge_pack_checks() == 0
    move_clock(days=8)
    assert purge_pack_checks() == 1 and PackCheck.select().count() == 0


def test_what_is_wrong_is_named(as_: Any, own: bytes) -> None:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(own)) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    files["report.csv"] += b"1"
    page = result(as_("otto"), zipped(files).read())
    assert "Do not rely on this pack" in page and "report.csv was changed." in page
    assert page.index(": wrong") < page.index(": well"), "what is wrong comes first"


def test_a_good_pack_of_another_portal_is_not_this_ones(as_: Any, database: Any) -> None:
    page = result(as_("otto"), zipped(Forge().files()).read())
    assert "Do not rely on this pack" in page
    assert "Its events are not those of this portal" in page


def test_words_in_a_strange_pack_are_words_and_no_markup(as_: Any, database: Any) -> None:
    files = Forge().files() | {
        "manifest.json": b'{"<script>alert(1)</script>": 1, "format": "<b>"}'
    }
    page = result(as_("otto"), zipped(files).read())
    assert "<script>alert" not in page and "cannot be read" in page


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [(b"", "pack.zip", "empty"), (b"hello", "pack.zip", "not"), (b"PK\x03\x04", "a.txt", "zip"),
     (None, "", "Choose the zip file")],
)  # fmt: skip
def test_what_is_no_zip_is_said_at_the_field(as_: Any, raw: Any, name: str, said: str) -> None:
    otto = as_("otto")
    answer = send(otto, raw, name) if raw is not None else otto.post(URL, data={})
    assert answer.status_code == 422 and said in answer.text
    assert PackCheck.select().count() == 0


def test_a_zip_that_is_none_is_a_result_in_words(as_: Any, database: Any) -> None:
    assert "no whole zip file" in result(as_("otto"), b"PK\x03\x04 and nothing more")


def test_a_few_at_a_time(as_: Any, database: Any) -> None:
    otto = as_("otto")
    for number in range(pack_checks.MAX_OPEN):
        assert send(otto, b"PK\x03\x04" + bytes([number])).status_code == 303
    answer = send(otto, b"PK\x03\x04 more")
    assert answer.status_code == 422 and "are being checked" in answer.text


def test_a_worker_that_died_leaves_its_check_to_the_next(
    as_: Any, own: bytes, move_clock: Any
) -> None:
    send(as_("otto"), own)
    waiting = PackCheck.get()
    assert waiting._claim(PackCheck.claimed_at.is_null())
    assert check_packs() == 0
    move_clock(minutes=6)
    assert check_packs() == 1 and PackCheck.get().holds


def test_a_worker_that_is_to_stop_gives_it_back(as_: Any, own: bytes, monkeypatch: Any) -> None:
    send(as_("otto"), own)
    # Told so while the verifier reads: it is ended, and nothing is said of the pack.
    monkeypatch.setattr(pack_checks, "LIMITS", "import time; time.sleep(60)")
    asked = iter([False, True])
    monkeypatch.setattr("portal.queue.must_stop", lambda: next(asked))
    assert check_packs() == 0
    waiting = PackCheck.get()
    assert waiting.claimed_at is None and waiting.done_at is None and waiting.blob_id


def test_a_pack_that_eats_memory_or_time_ends_alone(database: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pack_checks, "LIMITS", "x = bytearray(10**12)")
    said = pack_checks.read(Blob.put(b"PK\x03\x04"))
    assert said is not None and said["checks"][0]["faults"] == [pack_checks.TOO_MUCH]


def test_what_reads_a_strange_pack_knows_no_secret(database: Any, monkeypatch: Any) -> None:
    told = "import json, os; print(json.dumps({'checks': [], 'env': dict(os.environ)}))"
    monkeypatch.setattr(pack_checks, "LIMITS", told)
    monkeypatch.setenv("SECRET_KEY", "kanarienvogel" * 4)
    said = pack_checks.read(Blob.put(b"PK\x03\x04"))
    assert said is not None and "kanarienvogel" not in str(said)


def test_a_checkpoint_of_more_events_or_another_key_is_not_ours(database: Any) -> None:
    from portal.audit.checkpoints import Checkpoint

    made = Checkpoint.make()
    entry = made.entry
    assert of_this_portal(entry)["is_ours"]
    assert "has lost its last events" in of_this_portal(entry | {"size": 10**9})["sentence"]
    assert "a key this portal never had" in of_this_portal(entry | {"public": "a" * 64})["sentence"]
    assert "not those of this portal" in of_this_portal(entry | {"root": "a" * 64})["sentence"]
    assert not of_this_portal(None)["is_ours"]


def test_the_page_asks_the_database_little(as_: Any, own: bytes, queries: Any) -> None:
    otto = as_("otto")
    result(otto, own)
    for address in (URL, f"{URL}/{PackCheck.get().id}"):
        with queries() as seen:
            otto.get(address)
        assert len(seen) <= 8, address
