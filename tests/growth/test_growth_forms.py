"""What is typed stays on the device until it is sent; and pages with nothing to offer yet."""

import re
from typing import Any

from portal.growth.models import DevelopmentPlan
from tests.growth.conftest import asks, mentor, task, wants

TASK = {
    "title": "Run the demo day", "text": "", "takes": "two days", "seats": "2",
    "until": "2026-12-20", "audience": "",
}  # fmt: skip


def kept(as_: Any, name: str, page: str, draft: str, sends: str, data: dict[str, str]) -> Any:
    """The form has a draft of that name, one is offered what was begun, and once it is sent the
    next page tells the device so, once. Returns the page after."""
    client = as_(name)
    shown = client.get(page).text
    form = re.search(rf'<form[^>]*data-draft="{draft}"[^>]*>.*?</form>', shown, re.DOTALL)
    assert form and "data-draft-offer" in form[0], draft
    after = client.post(sends, data=data, follow_redirects=True)
    assert f'data-draft-gone="{draft}"' in after.text, draft
    assert "data-draft-gone" not in client.get(after.request.path).text, "what comes later stays"
    return after


def test_a_plan_and_the_exchange_of_a_step_are_kept(as_: Any, who: Any, things: Any) -> None:
    address = f"/growth/people/{who.erin.id}/plans/new/talking"
    given = {"learn": "none", "mentor": "none", "task": "none", "own": "Give a talk."}
    empty = as_("erin").post(address, data=given | {"own": ""})
    assert empty.status_code == 422 and "data-draft-paused" in empty.text
    kept(as_, "erin", address, f"plan-{who.erin.id}-talking", address, given)
    late = as_("mara").post(address, data=given | {"note": "Mine."}, follow_redirects=True).text
    assert "There is a plan for it already" in late and "data-draft-gone" not in late
    step = DevelopmentPlan.get().steps()[0]
    page = f"/growth/steps/{step.id}/exchange"
    kept(as_, "erin", page, f"step-{step.id}", page, {"own": "Give two."})


def test_a_task_and_its_changes_are_kept(as_: Any, who: Any, things: Any) -> None:
    data, new = TASK | {"competency": str(things.talking.id)}, "/growth/stretch/new"
    url = kept(as_, "mara", new, "stretch-new", new, data).request.path
    number = url.rpartition("/")[2]
    kept(as_, "mara", f"{url}/edit", f"stretch-{number}", f"{url}/edit", data | {"text": "More."})


def test_asking_for_a_mentor_and_the_answer_are_kept(as_: Any, who: Any, things: Any) -> None:
    offered = mentor("otto", capacity=3)
    data = {"competency": "", "wish": "Please."}
    url = kept(
        as_, "erin", offered.url, f"mentor-{offered.id}", f"{offered.url}/request", data
    ).request.path
    draft = f"mentorship-{url.rpartition('/')[2]}"
    after = kept(as_, "otto", url, f"{draft}-yes", f"{url}/acceptance", {"word": "Monday?"})
    assert f'data-draft-gone="{draft}-no"' in after.text, "it is answered, whichever was begun"
    other = asks("ben", offered)
    kept(
        as_, "otto", other.url, f"mentorship-{other.id}-no", f"{other.url}/refusal",
        {"word": "No time."},
    )  # fmt: skip


def test_words_about_a_seat_are_kept(as_: Any, who: Any, things: Any) -> None:
    given = task("mara", seats=3)
    kept(
        as_, "erin", given.url, f"stretch-{given.id}-wish", f"{given.url}/request",
        {"wish": "To dare."},
    )  # fmt: skip
    other = wants("ben", given)
    seat = given.all_seats.where(given.all_seats.model.person == who.erin).get()
    seat.accept(by=who.mara)
    url = f"/growth/stretch/seats/{seat.id}"
    kept(as_, "erin", given.url, f"seat-{seat.id}-report", f"{url}/report", {"said": "I did."})
    kept(as_, "mara", given.url, f"seat-{seat.id}-word", f"{url}/refusal", {"word": "Not yet."})
    url = f"/growth/stretch/seats/{other.id}"
    page = as_("mara").post(f"{url}/refusal", data={"word": ""}).text
    paused = re.findall(r'data-draft="seat-(\d+)-word"[^>]* data-draft-paused', page)
    assert paused == [str(other.id)], "what was refused stands there already"


def test_where_nobody_offers_to_mentor_it_says_so(as_: Any, who: Any, things: Any) -> None:
    address = f"/growth/people/{who.erin.id}/plans/new/talking"
    erin = as_("erin")
    nobody, no_room = "Nobody else offers to mentor for this yet", "No mentor has room for this"
    mentor("erin")
    page = erin.get(address).text
    assert nobody in page and no_room not in page
    asks("ben", mentor("otto"))
    page = erin.get(address).text
    assert no_room in page and nobody not in page


def test_without_a_competency_no_plan_is_offered(as_: Any, who: Any) -> None:
    for name, number in (("erin", who.erin.id), ("helen", who.helen.id)):
        for address in ("/growth", f"/growth/people/{number}"):
            page = as_(name).get(address).text
            assert "No competency is published yet" in page, (name, address)
            assert "Choose any competency" not in page and "<span>Make a plan</span>" not in page
            assert "choose one" not in page
            is_hr = name == "helen"
            assert ("Take in the starter texts" in page) is is_hr, (name, address)
            assert ("HR writes them" in page) is not is_hr, (name, address)


def test_with_a_competency_a_plan_is_offered(as_: Any, who: Any, things: Any) -> None:
    things.matrix.retire(by=who.helen)
    page = as_("erin").get("/growth").text
    assert "Make a plan" in page and "Choose any competency" in page
    assert "No competency is published yet" not in page


def test_a_face_stands_beside_its_name_however_much_stands_below(
    as_: Any, who: Any, things: Any
) -> None:
    given = task("mara")
    seat = wants("erin", given)
    page = as_("mara").get(given.url).text
    assert f'<li class="row row--tall" id="stretch-seat-{seat.id}">' in page
