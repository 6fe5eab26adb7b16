"""A file comes in parts, and survives whatever happens on the way."""

import io
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from portal import blobs, db
from portal.blobs import Blob
from portal.people.grants import Grant
from portal.uploads.models import (
    MEGABYTE,
    PART_BYTES,
    Elsewhere,
    Upload,
    UploadKind,
    UploadPart,
    kinds,
)
from portal.uploads.sniffing import Refused
from tests import cast
from tests.uploads.files import HTML, PDF

BODY = PDF + b"%" * 900_000
THIRD = 300_000
BEGIN = {"kind": "small", "name": "a.pdf", "size": str(len(BODY)), "modified": "1700000000000"}


def begin(client: Any, **changed: str) -> Any:
    return client.post("/uploads", data=BEGIN | changed)


def put(client: Any, key: str, offset: int, body: bytes) -> Any:
    return client.post(f"/uploads/{key}/parts/{offset}", data=body)


def test_a_file_in_parts_becomes_one_content(store: str, small: Any, as_: Any, who: Any) -> None:
    erin = as_("erin")
    begun = begin(erin)
    assert begun.status_code == 201
    key = begun.json["key"]
    for at in range(0, len(BODY), THIRD):
        said = put(erin, key, at, BODY[at : at + THIRD])
        assert (said.status_code, said.json["received"]) == (200, min(at + THIRD, len(BODY)))
    ended = erin.post(f"/uploads/{key}/end")
    assert (ended.status_code, ended.json["whole"]) == (200, True)
    upload = Upload.whole(key, small, by=who.erin)
    assert upload is not None
    assert b"".join(upload.blob.chunks()) == BODY
    assert upload.media_type == "application/pdf"
    assert UploadPart.select().count() == 0
    assert erin.post(f"/uploads/{key}/end").json["whole"] is True


def test_a_part_in_the_wrong_place_is_told_the_right_one(store: str, small: Any, as_: Any) -> None:
    erin = as_("erin")
    key = begin(erin).json["key"]
    put(erin, key, 0, BODY[:THIRD])
    for wrong in (0, 5, 2 * THIRD):
        answer = put(erin, key, wrong, BODY[wrong : wrong + 10])
        assert (answer.status_code, answer.json) == (409, {"received": THIRD})
    assert erin.post(f"/uploads/{key}/end").json == {"received": THIRD}
    assert erin.get(f"/uploads/{key}").json["received"] == THIRD


def test_choosing_the_same_file_again_goes_on_where_it_was(
    store: str, small: Any, as_: Any
) -> None:
    key = begin(as_("erin")).json["key"]
    put(as_("erin"), key, 0, BODY[:THIRD])
    again = begin(as_("erin")).json
    assert (again["key"], again["received"]) == (key, THIRD)
    for other in ({"size": str(len(BODY) - 1)}, {"modified": "1700000000001"}, {"name": "b.pdf"}):
        assert begin(as_("erin"), **other).json["key"] != key
    assert begin(as_("ben")).json["key"] != key
    # Without the time of its last change nobody can tell whether it is the same.
    undated = {begin(as_("erin"), modified="").json["key"] for _ in range(2)}
    assert len(undated) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": ""}, "Say what it is for."),
        ({"size": "0"}, "This file is empty."),
        ({"size": "-1"}, "This is not a whole number."),
        ({"size": "１２"}, "This is not a whole number."),
        ({"size": "1e3"}, "This is not a whole number."),
        ({"size": str(1024 * 1024 + 1)}, "at most 1 MB"),
        ({"size": "9" * 14}, "at most 1 MB"),
        ({"modified": "yesterday"}, "This is not a whole number."),
        ({"name": "a.html"}, "but not “.html” files"),
        ({"name": ""}, "Say what the file is called."),
        ({"name": "a\nb.pdf"}, "Write this on one line."),
    ],
)
def test_what_cannot_be_taken_is_said_at_once(
    small: Any, as_: Any, changed: dict[str, str], sentence: str
) -> None:
    answer = begin(as_("erin"), **changed)
    assert answer.status_code == 422 and sentence in answer.json["error"]
    assert Upload.select().count() == 0


def test_an_unknown_field_or_kind_is_refused(small: Any, as_: Any) -> None:
    assert begin(as_("erin"), owner="1").status_code == 400
    assert begin(as_("erin"), kind="nothing").status_code == 404


def test_no_more_comes_in_than_was_said(store: str, small: Any, as_: Any) -> None:
    erin = as_("erin")
    key = begin(erin, size="1000").json["key"]
    assert put(erin, key, 0, b"x" * 1001).status_code == 422
    assert put(erin, key, 990, b"x" * 11).status_code == 422
    assert put(erin, key, 0, b"").status_code == 422
    assert put(erin, key, 0, b"x" * (PART_BYTES + 1)).status_code == 413
    assert Upload.get(Upload.key == key).received == 0


def test_a_kind_has_its_largest_size(store: str, who: Any) -> None:
    """A hundred megabytes, unless the kind says another."""
    paper = kinds["paper"]
    assert paper.max_bytes == 100 * MEGABYTE
    begun = Upload.begin(paper, by=who.helen, name="a.pdf", size=100 * MEGABYTE)
    assert begun.received == 0
    with pytest.raises(Refused, match="at most 100 MB"):
        Upload.begin(paper, by=who.helen, name="a.pdf", size=100 * MEGABYTE + 1)


def test_a_file_that_is_not_what_it_says_is_forgotten(store: str, small: Any, as_: Any) -> None:
    erin = as_("erin")
    key = begin(erin, size=str(len(HTML))).json["key"]
    put(erin, key, 0, HTML)
    answer = erin.post(f"/uploads/{key}/end")
    assert answer.status_code == 422 and "its content is not PDF" in answer.json["error"]
    assert (Upload.select().count(), Blob.select().count()) == (0, 0)
    assert erin.get(f"/uploads/{key}").status_code == 404


def test_the_upload_of_somebody_else_does_not_exist(store: str, small: Any, as_: Any) -> None:
    key = begin(as_("erin")).json["key"]
    nothing = as_("helen").get("/uploads/nothing")
    for name in ("helen", "ben", "adam", "audrey"):
        client = as_(name)
        assert client.get(f"/uploads/{key}").status_code == 404
        assert put(client, key, 0, b"x").status_code == 404
        for verb in ("end", "cancellation"):
            assert client.post(f"/uploads/{key}/{verb}").status_code == 404
    assert as_("helen").get(f"/uploads/{key}").data == nothing.data
    assert Upload.get(Upload.key == key).received == 0


def test_only_whoever_may_send_it_begins(as_: Any) -> None:
    said = {name: begin(as_(name), kind="paper").status_code for name in ("helen", "erin", "adam")}
    assert said == {"helen": 201, "erin": 404, "adam": 404}


def test_a_right_that_ends_on_the_way_ends_the_sending(store: str, as_: Any, who: Any) -> None:
    helen = as_("helen")
    key = begin(helen, kind="paper").json["key"]
    assert put(helen, key, 0, BODY[:THIRD]).status_code == 200
    Grant.get(Grant.person == who.helen, Grant.kind == "hr").end(by=who.adam)
    helen = as_("helen")
    assert put(helen, key, THIRD, BODY[THIRD:]).status_code == 403
    assert helen.post(f"/uploads/{key}/end").status_code == 403
    assert helen.get(f"/uploads/{key}").status_code == 403
    assert Upload.get(Upload.key == key).received == THIRD
    assert helen.post(f"/uploads/{key}/cancellation").status_code == 204


def test_cancelling_leaves_nothing(store: str, small: Any, as_: Any, tmp_path: Path) -> None:
    erin = as_("erin")
    key = begin(erin).json["key"]
    put(erin, key, 0, BODY[:THIRD])
    assert erin.post(f"/uploads/{key}/cancellation").status_code == 204
    assert (Upload.select().count(), UploadPart.select().count()) == (0, 0)
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_of_two_who_bring_the_same_part_one_is_first(store: str, small: Any, who: Any) -> None:
    """Two tabs with the same file: each part is taken once, and the file is right."""
    key = Upload.begin(small, by=who.erin, name="a.pdf", size=len(BODY), modified=1).key
    start, lost = threading.Barrier(2), []

    def bring() -> None:
        start.wait()
        at = 0
        while at < len(BODY):
            upload = Upload.get(Upload.key == key)
            try:
                upload.add(at, BODY[at : at + THIRD])
                at += THIRD
            except Elsewhere as error:
                lost.append(at)
                at = error.received
        db.database.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    upload = Upload.get(Upload.key == key)
    upload.finish()
    assert b"".join(upload.blob.chunks()) == BODY


CRASH = """
import os, sys
from pathlib import Path
from portal import blobs, db
from portal.config import Config
from portal.uploads import models
from portal.uploads.models import Upload
folder, url, store, key = sys.argv[1:]
db.open_database(Config(secret_key="s" * 40, database_url=url, data_dir=Path(folder)))
db.database.connect()
blobs.configure(Path(folder), store)
# Power goes at the moment when the part is there and its row not yet committed.
models.UploadPart.create = lambda **_: os._exit(9)
models.places.settle = lambda *_: os._exit(9)
Upload.get(Upload.key == key).add(300_000, b"%" * 300_000)
"""


def test_killed_in_a_part_the_file_goes_on_from_the_last_whole_one(
    store: str, small: Any, as_: Any, database: Any, tmp_path: Path
) -> None:
    erin = as_("erin")
    key = begin(erin).json["key"]
    put(erin, key, 0, BODY[:THIRD])
    script = [sys.executable, "-c", CRASH, str(tmp_path / "blobs"), database.database_url, store]
    ended = subprocess.run([*script, key], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == 9
    assert begin(as_("erin")).json["received"] == THIRD
    for at in range(THIRD, len(BODY), THIRD):
        put(erin, key, at, BODY[at : at + THIRD])
    assert erin.post(f"/uploads/{key}/end").json["whole"] is True
    assert b"".join(Upload.get(Upload.key == key).blob.chunks()) == BODY


def test_what_nobody_finished_or_used_is_dropped_after_two_days(
    store: str, small: Any, who: Any, move_clock: Any, tmp_path: Path
) -> None:
    begun = Upload.begin(small, by=who.erin, name="a.pdf", size=len(BODY), modified=1)
    begun.add(0, BODY[:THIRD])
    whole = Upload.of_file(io.BytesIO(PDF), "b.pdf", small, by=who.erin)
    move_clock(hours=47)
    assert Upload.sweep() == 0
    move_clock(hours=2)
    assert Upload.sweep() == 2
    assert UploadPart.select().count() == 0
    assert [p for p in (tmp_path / "blobs").glob("parts/*") if p.is_file()] == []
    assert Blob.sweep() == 1 and whole.blob_id is not None


def test_nobody_piles_up_files_without_end(small: Any, who: Any) -> None:
    for number in range(20):
        Upload.begin(small, by=who.erin, name=f"{number}.pdf", size=10)
    with pytest.raises(Refused, match="wait to be used"):
        Upload.begin(small, by=who.erin, name="more.pdf", size=10)
    assert Upload.begin(small, by=who.ben, name="one.pdf", size=10)


def test_a_kind_nobody_declares_any_more_is_gone(database: Any, as_: Any, who: Any) -> None:
    kinds["past"] = UploadKind("past", "Past", may=lambda who: True)
    key = Upload.begin(kinds["past"], by=who.erin, name="a.pdf", size=5).key
    del kinds["past"]
    assert as_("erin").get(f"/uploads/{key}").status_code == 404
    assert cast.person("erin").id == who.erin.id


def test_without_room_the_parts_wait_for_another_try(
    small: Any, as_: Any, tmp_path: Path, database: Any
) -> None:
    blobs.configure(tmp_path / "blobs", "disk")
    erin = as_("erin")
    key = begin(erin).json["key"]
    for at in range(0, len(BODY), THIRD):
        put(erin, key, at, BODY[at : at + THIRD])
    drafts = tmp_path / "blobs" / "drafts"
    for path in drafts.iterdir():
        path.unlink()
    drafts.rmdir()
    # A file where the folder should be: nobody can write there.
    drafts.write_text("full")
    answer = erin.post(f"/uploads/{key}/end")
    assert answer.status_code == 422 and "There is no room" in answer.json["error"]
    drafts.unlink()
    assert erin.post(f"/uploads/{key}/end").json["whole"] is True
    blobs.configure(database.data_dir / "blobs", "disk")
