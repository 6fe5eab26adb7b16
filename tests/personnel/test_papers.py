"""Adding, replacing, correcting, removing: and what the trail keeps of it."""

import io
import json
from datetime import date
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.audit import Event, Personal
from portal.blobs import Blob
from portal.personnel.models import Paper
from portal.uploads.models import Upload
from tests.uploads.files import DOCM, HTML, PDF, PNG

NAME = "Arbeitsvertrag “Größe” 2026.pdf"


@pytest.fixture
def base(who: Any) -> str:
    return f"/people/{who.erin.id}/papers"


def test_hr_adds_a_paper_and_the_person_downloads_it(
    as_: Any, who: Any, base: str, filled: Any
) -> None:
    helen = as_("helen")
    answer = helen.post(base, data=filled(file=(io.BytesIO(PDF), NAME)))
    assert (answer.status_code, answer.location) == (303, base)
    paper = Paper.get()
    assert (paper.person_id, paper.added_by_id, paper.kind) == (who.erin.id, who.helen.id, "permit")
    assert (paper.file_name, paper.media_type) == (NAME, "application/pdf")
    assert Upload.select().count() == 0
    got = as_("erin").get(f"/papers/{paper.id}/file")
    assert got.data == PDF
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in got.headers["Cache-Control"]
    assert int(got.headers["Content-Length"]) == len(PDF)
    assert got.headers["Content-Disposition"] == (
        'attachment; filename="Arbeitsvertrag _Gr__e_ 2026.pdf";'
        " filename*=UTF-8''Arbeitsvertrag%20%E2%80%9CGr%C3%B6%C3%9Fe%E2%80%9D%202026.pdf"
    )


def test_the_trail_says_that_it_was_filed_and_not_what(
    as_: Any, base: str, filled: Any, who: Any
) -> None:
    as_("helen").post(base, data=filled(title="Canary title", note="Canary note"))
    event = Event.get(Event.tag == "paper.filed")
    assert (event.by_id, event.about_id, event.facts) == (
        who.helen.id, who.erin.id, {"kind": "permit"},
    )  # fmt: skip
    kept = json.loads(Personal.get(Personal.event == event.seq).payload)
    assert kept == {"title": "Canary title", "expires_on": "2027-01-01"}
    trail = as_("helen").get("/audit").text
    assert "put a paper into the file of Erin Castellanos: permit" in trail
    assert "Canary" not in trail


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": ""}, "Say what it is."),
        ({"kind": "passport"}, "Not a valid choice"),
        ({"seen_by": "everyone"}, "Not a valid choice"),
        ({"seen_by": ""}, "Say who may see it."),
        ({"title": "x" * 121}, "At most 120 characters"),
        ({"title": "a\nb"}, "Write this on one line"),
        ({"title": "half \ud800"}, "Please correct"),
        ({"note": "x" * 1001}, "At most 1000 characters"),
        ({"issued_on": "01.02.2026"}, "This is not a date"),
        ({"issued_on": "2027-06-01"}, "It ends before it was issued"),
        ({"keep_until": "2026-11-18"}, "it would be let go at once"),
        ({"file": ""}, "Choose the file."),
        ({"file": (io.BytesIO(b""), "")}, "Choose the file."),
        ({"file": "made-up-key"}, "Choose it again"),
        ({"file": (io.BytesIO(HTML), "a.html")}, "but not “.html” files"),
        ({"file": (io.BytesIO(HTML), "a.pdf")}, "its content is not PDF"),
        ({"file": (io.BytesIO(DOCM), "a.docx")}, "its content is not Word"),
        ({"file": (io.BytesIO(b""), "a.pdf")}, "This file is empty."),
    ],
)
def test_bad_input_is_said_at_its_field_and_changes_nothing(
    as_: Any, base: str, filled: Any, changed: dict[str, Any], sentence: str
) -> None:
    if "file" in changed and isinstance(changed["file"], tuple):
        body, name = changed["file"]
        changed = {"file": (io.BytesIO(body.getvalue()), name)}
    if changed.get("title") == "half \ud800":
        changed = {"title": "half \x00"}
    events = Event.select().count()
    answer = as_("helen").post(base, data=filled(**changed))
    assert answer.status_code == 422
    assert sentence in answer.text and "<title>Error: " in answer.text
    assert Paper.select().count() == 0 and Event.select().count() <= events + 1


def test_an_unknown_field_is_refused(as_: Any, base: str, filled: Any) -> None:
    assert as_("helen").post(base, data=filled(added_by="1")).status_code == 400


def test_a_file_survives_a_mistake_beside_it(as_: Any, base: str, filled: Any) -> None:
    """Whoever forgot the kind does not choose the file again."""
    helen = as_("helen")
    page = helen.post(base, data=filled(kind="")).text
    key = Upload.get().key
    assert f'value="{key}"' in page and "permit.pdf" in page and "is here already" in page
    assert helen.post(base, data=filled(file=key)).status_code == 303
    assert (Paper.get().file_name, Upload.select().count()) == ("permit.pdf", 0)


def test_a_form_sent_twice_files_once(as_: Any, base: str, filled: Any) -> None:
    helen = as_("helen")
    helen.post(base, data=filled(kind=""))
    key = Upload.get().key
    answers = [helen.post(base, data=filled(file=key)).status_code for _ in range(3)]
    assert answers == [303, 422, 422]
    assert Paper.select().count() == 1


def test_a_new_file_wins_over_the_one_that_waits(as_: Any, base: str, filled: Any) -> None:
    helen = as_("helen")
    helen.post(base, data=filled(kind=""))
    both = [Upload.get().key, (io.BytesIO(PNG), "scan.png")]
    assert helen.post(base, data=filled(file=both)).status_code == 303
    assert (Paper.get().file_name, Paper.get().media_type) == ("scan.png", "image/png")


def test_a_paper_is_replaced_and_the_earlier_one_kept(
    as_: Any, who: Any, base: str, file_paper: Any
) -> None:
    old = file_paper(who.erin, kind="permit", seen_by="person", expires_on=date(2026, 12, 1))
    helen = as_("helen")
    said = {
        "title": "Permit 2027", "seen_by": "person", "expires_on": "2027-12-01",
        "file": (io.BytesIO(PNG), "new.png"),
    }  # fmt: skip
    assert helen.post(f"/papers/{old.id}/replacement", data=said).status_code == 303
    new = Paper.get(Paper.replaces == old.id)
    assert (new.kind, new.state, Paper.get_by_id(old.id).state) == ("permit", "current", "replaced")
    page = helen.get(base).text
    assert page.index("Permit 2027") < page.index("Earlier ones")
    again = helen.post(
        f"/papers/{old.id}/replacement", data=said | {"file": (io.BytesIO(PNG), "n.png")}
    )
    assert again.status_code == 422 and "Somebody was faster" in again.text
    assert Paper.select().count() == 2
    # The file was chosen and not lost by the refusal.
    assert Upload.select().count() == 1
    assert "Earlier ones" not in as_("erin").get(base).text


def test_what_is_said_of_a_paper_is_corrected_and_its_file_never(
    as_: Any, who: Any, base: str, file_paper: Any
) -> None:
    paper = file_paper(who.erin)
    helen = as_("helen")
    page = helen.get(f"/papers/{paper.id}/edit").text
    assert 'value="Contract"' in page
    said = {"title": "Contract of 2026", "seen_by": "person", "note": "Signed in Berlin"}
    assert helen.post(f"/papers/{paper.id}/edit", data=said).status_code == 303
    fresh = Paper.get_by_id(paper.id)
    assert (fresh.title, fresh.seen_by, fresh.note) == tuple(said.values())
    event = Event.get(Event.tag == "paper.changed")
    assert event.facts == {
        "kind": "contract", "fields": ["seen_by", "note", "title"], "seen_by": "person",
    }  # fmt: skip
    assert helen.post(f"/papers/{paper.id}/edit", data=said).status_code == 303
    assert Event.select().where(Event.tag == "paper.changed").count() == 1
    bad = helen.post(f"/papers/{paper.id}/edit", data=said | {"seen_by": "all"})
    assert bad.status_code == 422 and "<title>Error: " in bad.text


def test_removing_is_undone(as_: Any, who: Any, base: str, file_paper: Any) -> None:
    paper = file_paper(who.erin)
    helen = as_("helen")
    assert helen.post(f"/papers/{paper.id}/removal").status_code == 303
    page = helen.get(base).text
    assert f'action="/papers/{paper.id}/restoration"' in page and "Contract is removed." in page
    helen.post(f"/papers/{paper.id}/removal")
    helen.post(f"/papers/{paper.id}/restoration")
    helen.post(f"/papers/{paper.id}/restoration")
    assert Paper.get_by_id(paper.id).state == "current"
    tags = [e.tag for e in Event.select().where(Event.subject_kind == "paper").order_by(Event.seq)]
    assert tags == ["paper.filed", "paper.removed", "paper.restored"]


def test_a_file_that_is_full_costs_no_more_questions(
    as_: Any, who: Any, base: str, file_paper: Any, queries: Any
) -> None:
    file_paper(who.erin)
    helen = as_("helen")
    counts = []
    for more in (0, 20):
        for number in range(more):
            file_paper(who.erin, body=f"{number}".encode())
        with queries() as seen:
            assert helen.get(base).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


# With PostgreSQL files are kept in the database, so there is no file to damage.
@pytest.mark.one_database
def test_a_damaged_file_is_our_mistake_and_hands_out_nothing(
    as_: Any, who: Any, file_paper: Any, world: Any
) -> None:
    paper = file_paper(who.erin, body=b"%PDF-damaged soon")
    path = world.config.data_dir / "blobs" / paper.blob.hash[:2] / paper.blob.hash
    path.write_bytes(b"%PDF-damaged sooN")
    answer = as_("helen").get(f"/papers/{paper.id}/file")
    assert answer.status_code == 500 and b"damaged sooN" not in answer.data
    path.unlink()


def test_the_words_of_a_paper_are_text_everywhere(
    as_: Any, who: Any, base: str, file_paper: Any
) -> None:
    word = '"><svg onload=alert(1)>{{7*7}}'
    file_paper(who.erin, kind="permit", title=word, note=word, expires_on=date(2026, 12, 1))
    for address in (base, "/personnel/expiring"):
        page = as_("helen").get(address).text
        assert "<svg onload" not in page and "{{7*7}}" in page
    assert Assignment.select().count() == 0 and Blob.select().count() == 1
