"""Who reads which paper, and who keeps whose file: the cast at every address."""

import io
from typing import Any

from portal.audit import Look
from portal.people.grants import Grant
from portal.people.positions import Position
from portal.personnel import access
from portal.personnel.models import Paper
from portal.uploads.models import Upload, kinds
from tests import cast
from tests.cast import TODAY
from tests.reach import knock
from tests.uploads.files import PDF

NOBODY = dict.fromkeys((name for name in cast.NAMES if name != "lev"), 404)
FILE = NOBODY | {"helen": 200, "erin": 200, "mara": 200}
HR_ONLY = NOBODY | {"helen": 200}
WRITES = NOBODY | {"helen": 303, "erin": 403, "mara": 403}
LEVELS = {
    "hr": NOBODY | {"helen": 200},
    "person": NOBODY | {"helen": 200, "erin": 200},
    "manager": NOBODY | {"helen": 200, "erin": 200, "mara": 200},
}


def test_a_file_is_for_hr_its_person_and_their_manager(as_: Any, who: Any) -> None:
    """Dora leads Mara, who leads Erin: being above is not being the manager."""
    address = f"/people/{who.erin.id}/papers"
    knock(as_, FILE, address, nowhere="/people/999999/papers")
    for name, status in FILE.items():
        shown = f'href="{address}"' in as_(name).get(f"/people/{who.erin.id}").text
        assert shown == (status == 200), name


def test_each_paper_is_read_by_whom_it_says(as_: Any, who: Any, file_paper: Any) -> None:
    for level, table in LEVELS.items():
        paper = file_paper(who.erin, body=level.encode(), seen_by=level, title=f"Canary {level}")
        knock(as_, table, f"/papers/{paper.id}/file", nowhere="/papers/999999/file")
        for name, status in table.items():
            if FILE[name] == 200:
                page = as_(name).get(f"/people/{who.erin.id}/papers").text
                assert (f"Canary {level}" in page) == (status == 200), (name, level)


def test_only_hr_adds_replaces_corrects_and_removes(
    as_: Any, who: Any, file_paper: Any, filled: Any
) -> None:
    paper = file_paper(who.erin, seen_by="manager")
    base = f"/people/{who.erin.id}/papers"
    writes = WRITES | {"helen": 200}
    knock(as_, writes, f"{base}/new", nowhere="/people/999999/papers/new")
    knock(as_, writes, f"/papers/{paper.id}/edit", nowhere="/papers/999999/edit")
    replaces, nowhere = f"/papers/{paper.id}/replacement", "/papers/999999/replacement"
    knock(as_, writes, replaces, nowhere=nowhere)
    # Without a file there is nothing to replace it with.
    knock(as_, writes | {"helen": 422, "lev": 303}, replaces, data={}, nowhere=nowhere)
    said = {"seen_by": "hr", "title": "New"}
    for verb, data in (("removal", {}), ("restoration", {}), ("edit", said)):

        def again() -> None:
            fresh = Paper.get_by_id(paper.id)
            fresh.restore(by=who.helen)
            fresh.change(by=who.helen, seen_by="manager", title="Contract")

        knock(
            as_, WRITES, f"/papers/{paper.id}/{verb}", data=data, before=again,
            nowhere=f"/papers/999999/{verb}",
        )  # fmt: skip
    for name, status in WRITES.items():
        answer = as_(name).post(base, data=filled())
        assert answer.status_code == status, name
    assert Paper.select().count() == 2


def test_nobody_in_hr_keeps_their_own_file(
    as_: Any, who: Any, file_paper: Any, filled: Any
) -> None:
    """Helen sees in hers what a person sees; another colleague in HR keeps it."""
    Grant.give(who.ben, "hr", by=None, starts_on=TODAY)
    secret = file_paper(who.helen, by=who.ben, title="Canary secret")
    shared = file_paper(who.helen, by=who.ben, title="Shared one", seen_by="person")
    helen = as_("helen")
    page = helen.get(f"/people/{who.helen.id}/papers").text
    assert "Shared one" in page and "Canary secret" not in page and "Add a paper" not in page
    assert helen.get(f"/papers/{secret.id}/file").status_code == 404
    assert helen.post(f"/people/{who.helen.id}/papers", data=filled()).status_code == 403
    for paper, status in ((secret, 404), (shared, 403)):
        for verb in ("removal", "restoration", "edit", "replacement"):
            assert helen.post(f"/papers/{paper.id}/{verb}").status_code == status, verb
    assert as_("ben").get(f"/papers/{secret.id}/file").status_code == 200


def test_the_manager_of_yesterday_is_out(
    as_: Any, who: Any, file_paper: Any, move_clock: Any
) -> None:
    paper = file_paper(who.erin, seen_by="manager")
    Position.take(who.erin, by=who.helen, starts_on=cast.MONDAY, manager=who.otto)
    move_clock(days=5)
    address = f"/papers/{paper.id}/file"
    knock(as_, {"otto": 200, "mara": 404, "erin": 200}, address, nowhere="/papers/999999/file")


def test_what_was_removed_or_replaced_is_for_hr_alone(as_: Any, who: Any, file_paper: Any) -> None:
    for verb in ("remove", "replace"):
        paper = file_paper(who.erin, seen_by="manager", body=verb.encode())
        if verb == "remove":
            paper.remove(by=who.helen)
        else:
            paper.replace_with(
                by=who.helen, blob=paper.blob, file_name="b.pdf", title="B", seen_by="hr",
                media_type="application/pdf",
            )  # fmt: skip
        knock(as_, HR_ONLY, f"/papers/{paper.id}/file", nowhere="/papers/999999/file")


def test_reach_and_page_never_disagree(who: Any, file_paper: Any) -> None:
    """Whoever may read any paper of somebody's may open the file it stands in."""
    for person in (who.erin, who.mara, who.helen, who.lev):
        for level in LEVELS:
            file_paper(person, seen_by=level, by=who.adam)
    for name in cast.NAMES:
        viewer = cast.person(name)
        for paper in access.visible_to(viewer):
            assert access.can_open_file(viewer, cast.person(paper.person.name.split()[0].lower()))


def test_what_ends_is_for_hr(as_: Any) -> None:
    knock(as_, HR_ONLY, "/personnel/expiring", nowhere="/nothing")


def test_every_reading_of_somebody_elses_paper_is_noted(
    as_: Any, who: Any, file_paper: Any
) -> None:
    paper = file_paper(who.erin, seen_by="manager")
    for name in ("mara", "mara", "erin", "helen", "otto"):
        as_(name).get(f"/papers/{paper.id}/file")
    looks = [(look.person_id, look.subject_kind, look.about_id) for look in Look.newest()]
    assert sorted(looks) == sorted(
        [(who.mara.id, "paper", who.erin.id), (who.helen.id, "paper", who.erin.id)]
    )


def test_a_key_of_somebody_else_is_worth_nothing_in_a_form(
    as_: Any, who: Any, filled: Any, tmp_path: Any
) -> None:
    Grant.give(who.ben, "hr", by=None, starts_on=TODAY)
    theirs = Upload.of_file(io.BytesIO(PDF), "a.pdf", kinds["paper"], by=who.ben)
    answer = as_("helen").post(f"/people/{who.erin.id}/papers", data=filled(file=theirs.key))
    assert answer.status_code == 422 and "Choose it again" in answer.text
    assert Paper.select().count() == 0 and Upload.select().count() == 1
