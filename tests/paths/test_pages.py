"""The pages of a path: finding and beginning it, how far one is, who is on it, who is put on."""

import re

import pytest

from portal.documents.models import Document
from portal.paths.models import Enrollment, PathStep
from portal.people.models import Person
from tests import cast
from tests.paths.conftest import STRICT, do, publish, put, standing

BASE = "/learning/paths"


def test_without_a_path_the_catalog_says_what_one_is(as_, who):
    assert "No path yet" in as_("erin").get(BASE).text
    assert "Write a path" in as_("helen").get(BASE).text


def test_somebody_begins_a_path_and_their_page_says_what_is_next_and_what_is_locked(as_, path):
    erin = as_("erin")
    assert "First ninety days" in erin.get(BASE).text
    page = erin.get(f"{BASE}/{path.id}").text
    assert "Begin this path" in page and "What it is for." in page and "14 days" in page
    answer = erin.post(f"{BASE}/{path.id}/enrollment", follow_redirects=True)
    assert "You are on the path." in answer.text and "Next: One." in answer.text
    assert "Opens once “One” is done." in answer.text and "0 of 4" in answer.text
    assert "Take “One”" in erin.get("/").text, "the step is on Today"
    assert "Next: One" in erin.get(BASE).text


def test_beginning_is_undone_with_one_button(as_, path):
    erin = as_("erin")
    page = erin.post(f"{BASE}/{path.id}/enrollment", follow_redirects=True).text
    undo = re.search(rf'action="({BASE}/enrollments/\d+/end)"', page)
    answer = erin.post(undo[1], follow_redirects=True).text
    assert "You are off the path." in answer and "Begin it again" in answer
    back = re.search(rf'action="({BASE}/enrollments/\d+/resumption)"', answer)
    assert "on the path again" in erin.post(back[1], follow_redirects=True).text


def test_who_finished_is_thanked_and_the_day_is_kept(as_, path, things):
    way = put(path, "erin")
    for slug in ("one", "gate", "three"):
        do(things[slug], "erin")
    for row in PathStep.of(way):
        row.skip("Known.", by=cast.person("helen"))
    page = as_("erin").get(f"{BASE}/{path.id}").text
    assert "Thank you for going all the way." in page and "Wed 18 Nov" in page
    assert "finished Wed 18 Nov, thank you" in as_("erin").get(BASE).text


def test_hr_skips_a_step_with_a_reason_and_takes_it_back(as_, path):
    way = put(path, "erin")
    step, helen = PathStep.of(way)[0], as_("helen")
    page = helen.get(f"{BASE}/enrollments/{way.id}").text
    assert f"{BASE}/steps/{step.id}/skip" in page
    refused = helen.post(f"{BASE}/steps/{step.id}/skip", data={"reason": " "})
    assert refused.status_code == 422 and "Say why" in refused.text
    done = helen.post(
        f"{BASE}/steps/{step.id}/skip", data={"reason": "Taught it."}, follow_redirects=True
    ).text
    assert "Skipped. The path goes on." in done and "skipped: Taught it." in done
    fragment = helen.hx(f"{BASE}/steps/{step.id}/need", "way")
    assert 'id="way"' in fragment.text and "<html" not in fragment.text
    assert standing(way) == {"one": "open"}


def test_hr_sees_who_stands_where_and_for_how_long(as_, path, things, move_clock):
    put(path, "erin")
    put(path, "ben")
    move_clock(days=20)
    do(things["one"], "ben")
    page = as_("helen").get(f"{BASE}/{path.id}/people").text
    assert page.index("Erin") < page.index("Ben"), "whoever stands longest comes first"
    assert "at “One” for 20 days" in page and "at “Read how we work” since today" in page
    stuck = as_("helen").get(f"{BASE}/{path.id}/people?state=stuck").text
    assert "Erin" in stuck and "Ben Hartmann" not in stuck
    found = as_("helen").hx_get(f"{BASE}/{path.id}/people?q=ben", "people").text
    assert "Ben" in found and "Erin" not in found and "<html" not in found
    file = as_("helen").post(f"{BASE}/{path.id}/people/file").data.decode()
    assert "Erin Castellanos,erin@halden.example,under way,2026-11-18" in file
    assert "One" in file.splitlines()[1]


def test_who_is_late_is_nudged_once_a_day(as_, path, move_clock):
    put(path, "erin")
    move_clock(days=20)
    mara = as_("mara")
    assert "Nudge 1 person." in mara.get(f"{BASE}/{path.id}/people/nudge").text
    answer = mara.post(f"{BASE}/{path.id}/people/nudge", data={}, follow_redirects=True)
    assert "Erin Castellanos was nudged." in answer.text
    again = mara.post(f"{BASE}/{path.id}/people/nudge", data={}, follow_redirects=True)
    assert "nudged today already" in again.text


def test_whom_it_hits_is_said_before_anybody_is_put_on(as_, path):
    mara = as_("mara")
    put(path, "erin")
    data = {"people": "Ben Hartmann\nerin@halden.example, Nia Novak"}
    page = mara.post(f"{BASE}/{path.id}/people/new", data=data).text
    assert "This puts 2 people on “First ninety days”: Ben Hartmann and Nia Novak." in page
    assert "Erin Castellanos is on it already." in page
    assert Enrollment.select().count() == 1
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    done = mara.post(
        f"{BASE}/{path.id}/people/new", data=data | {"shown": shown}, follow_redirects=True
    )
    assert "2 people are on the path." in done.text
    assert {row.cause for row in Enrollment.select()} == {"hand"}


def test_others_by_now_are_shown_again_first(as_, path):
    helen, data = as_("helen"), {"rule": "department = Sales"}
    page = helen.post(f"{BASE}/{path.id}/people/new", data=data).text
    assert "This puts 2 people" in page
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    put(path, "otto")
    page = helen.post(f"{BASE}/{path.id}/people/new", data=data | {"shown": shown}).text
    assert "This puts 1 person" in page and Enrollment.select().count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "one of the two"),
        ({"people": "Erin", "rule": "everyone"}, "one of the two"),
        ({"people": "Nobody Atall"}, "“Nobody Atall”"),
        ({"rule": "departmen = Sales"}, "Did you mean “department”?"),
    ],
)
def test_what_was_typed_wrongly_is_said_at_its_field(as_, path, data, words):
    answer = as_("helen").post(f"{BASE}/{path.id}/people/new", data=data)
    assert answer.status_code == 422 and words in answer.text and "Error:" in answer.text


def test_hr_is_shown_what_a_newer_text_changes_and_moves_them(as_, path):
    way = put(path, "erin")
    newer = publish(STRICT.replace("- course:one due:14\n", ""))
    helen = as_("helen")
    assert "1 on an earlier text." in helen.get(f"{BASE}/{path.id}").text
    page = helen.get(f"{BASE}/{path.id}/texts").text
    assert "Left out: “One”." in page
    shown = f'{{"{way.revision_id}": 1}}'
    done = helen.post(f"{BASE}/{path.id}/texts", data={"shown": shown}, follow_redirects=True)
    assert "1 person goes on with the newest text." in done.text
    assert standing(way) == {"conduct": "open"} and newer.current.number == 2


def test_the_editor_shows_the_path_and_whom_it_is_assigned_to(as_, things, who):
    source = STRICT.replace("due: 90", "assigned-to: new managers")
    draft = Document.start("path", "Draft", by=who.helen, source=source)
    page = as_("helen").get(f"/documents/path/{draft.slug}/edit").text
    assert "whoever begins to lead somebody" in page and "policy conduct" in page


def test_no_page_asks_more_than_eight_questions_however_many_are_on_it(as_, path, queries, who):
    crowd(path, 15)
    pages = [
        ("helen", f"{BASE}/{path.id}/people"), ("mara", f"{BASE}/{path.id}/people"),
        ("erin", BASE), ("mara", BASE), ("helen", BASE), ("erin", f"{BASE}/{path.id}"),
        ("helen", f"{BASE}/{path.id}"), ("helen", f"{BASE}/enrollments/{first(path)}"),
        ("mara", f"{BASE}/enrollments/{put(path, 'erin').id}"),
    ]  # fmt: skip
    for name, page in pages:
        client = as_(name)
        client.get(page)
        with queries() as seen:
            assert client.get(page).status_code == 200
        assert len(seen) <= 8, (name, page, len(seen), "\n\n".join(seen))


def crowd(path, number):
    helen = cast.person("helen")
    for each in range(number):
        person = Person.hire(
            by=None, name=f"Person {each}", email=f"p{each}@halden.example",
            starts_on=cast.TODAY, details={}, role="Engineer", manager=cast.person("mara"),
        )  # fmt: skip
        Enrollment.begin(path, person, cause="hand", by=helen)


def first(path):
    return Enrollment.get(Enrollment.path == path).id
