"""Praise on its way: sent, read, off the page, taken back; and the page itself."""

import re
from datetime import date
from typing import Any

import pytest

from portal import clock, db
from portal.feedback import access, colleagues
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise, PraiseTo
from portal.people.models import Person
from portal.people.org import Team
from tests import cast

SENT = {
    "people": "Erin Castellanos", "text": "She found the leak.",
    "value": "We say it early", "shown": "public",
}  # fmt: skip


def test_the_form_says_who_will_read_it_before_it_is_sent(
    as_: Any, who: Any, in_force: Any
) -> None:
    page = as_("ben").get(f"/praise/new?to={who.erin.id}").text
    assert 'value="Erin Castellanos"' in page
    for sentence in (
        "Public: everybody at work reads it on the praise page",
        "Private: only you and whoever you praise read it",
        "Their manager does not, nor does HR.", "may take it off the page",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert (
        "Castellanos"
        not in as_("ben").get(f"/praise/new?to={who.lev.id}").text.split("datalist")[0]
    )


def test_public_praise_is_on_the_page_and_those_praised_get_a_letter(
    as_: Any, who: Any, in_force: Any, sent: Any
) -> None:
    typed = SENT | {"people": "Erin Castellanos, Ida Sørensen, otto@halden.example"}
    assert as_("ben").post("/praise", data=typed).headers["Location"] == "/praise"
    page = as_("olga").get("/praise").text
    for words in ("She found the leak.", "Erin Castellanos", "Ida Sørensen", "Otto Weiß",
                  "Ben Hartmann", "We say it early"):  # fmt: skip
        assert words in page, words
    told = {letter.person_id: message.text for letter, message in sent()}
    assert set(told) == {who.erin.id, who.ida.id, who.otto.id}
    assert "Ben Hartmann praises you for “We say it early”" in told[who.ida.id]
    assert "She found" not in told[who.ida.id] and Praise.get().url in told[who.ida.id]


def test_private_praise_stands_on_no_page_but_theirs(as_: Any, in_force: Any) -> None:
    as_("ben").post("/praise", data=SENT | {"shown": "private"})
    assert "She found the leak." in as_("erin").get("/feedback?show=praise").text
    assert "She found the leak." in as_("ben").get("/feedback?show=given").text
    for name in ("erin", "ben", "mara", "helen"):
        assert "She found the leak." not in as_(name).get("/praise").text, name


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"people": ""}, "Say whom you praise."),
        ({"people": " , ;"}, "Say who."),
        ({"people": "Ben Hartmann"}, "Nobody praises themselves."),
        ({"people": "Ida Sørensen, ben@halden.example"}, "Nobody praises themselves."),
        ({"people": "Nobody Here"}, "Choose a name that is offered."),
        ({"people": "Lev Abramov"}, "Choose a name that is offered."),
        ({"people": "Audrey Lemaire"}, "Choose a name that is offered."),
        ({"text": ""}, "Say in a sentence or two"),
        ({"text": "x" * 501}, "At most 500 characters"),
        ({"shown": ""}, "Choose who reads it."),
        ({"shown": "everybody"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_lost(
    as_: Any, in_force: Any, wrong: dict[str, str], words: str
) -> None:
    answer = as_("ben").post("/praise", data=SENT | wrong)
    assert answer.status_code == 422 and words in answer.text
    assert "This is not sent yet" in answer.text and not Praise.select().exists()
    if "text" not in wrong:
        assert "She found the leak." in answer.text


def test_nobody_praises_themselves_not_even_past_the_form(who: Any) -> None:
    with pytest.raises(ValueError, match="themselves"):
        Praise.give([who.erin, who.ben], "Me.", None, is_public=True, by=who.ben)
    assert not Praise.select().exists()


def test_a_joiner_is_praised_by_those_who_may_know_of_them(as_: Any, in_force: Any) -> None:
    nia = SENT | {"people": "Nia Novak"}
    assert as_("olga").post("/praise", data=nia).status_code == 422
    assert as_("mara").post("/praise", data=nia).status_code == 303
    assert "Nia Novak" not in as_("olga").get("/praise").text, "not before her first day"


def test_who_is_praised_takes_it_off_and_lets_it_stand_again(
    as_: Any, who: Any, praised: Any
) -> None:
    praise = praised(who.ben, who.erin, who.ida)
    erin = as_("erin")
    answer = erin.post(f"{praise.url}/hiding", follow_redirects=True)
    assert "off the page. You keep it" in answer.text and "CANARY" in answer.text
    assert "CANARY" not in as_("olga").get("/praise").text, "one of two is enough"
    assert "CANARY" in as_("ida").get("/feedback?show=praise").text
    assert "somebody it praises prefers that" in as_("ben").get("/feedback?show=given").text
    undo = re.search(rf'action="({praise.url}/showing)"', answer.text)
    assert undo and "may stand" in erin.post(undo[1], follow_redirects=True).text
    assert "CANARY" in as_("olga").get("/praise").text


def test_opting_out_makes_old_and_new_praise_private_however_it_was_sent(
    as_: Any, who: Any, praised: Any
) -> None:
    praised(who.ben, who.erin)
    erin = as_("erin")
    said = erin.post("/feedback/praise-page/closing", follow_redirects=True).text
    assert "You want no praise of you on the page" in said
    praised(who.mara, who.erin, text="CANARY two")
    assert "CANARY" not in as_("olga").get("/praise").text
    assert "CANARY two" in erin.get("/feedback?show=praise").text
    erin.post("/feedback/praise-page/closing")
    assert PraiseOptOut.select().count() == 1, "twice is once"
    erin.post("/feedback/praise-page/opening")
    assert "CANARY two" in as_("olga").get("/praise").text


def test_the_giver_takes_it_back_within_a_day_and_no_later(
    as_: Any, who: Any, praised: Any, move_clock: Any
) -> None:
    praise = praised(who.ben, who.erin)
    answer = as_("ben").post(f"{praise.url}/withdrawal", follow_redirects=True).text
    assert "Taken back." in answer
    for name in ("erin", "olga", "ben"):
        assert "CANARY" not in as_(name).get("/praise").text
        assert "CANARY" not in as_(name).get("/feedback?show=praise").text
    assert as_("erin").get(praise.url).status_code == 404
    undo = re.search(rf'action="({praise.url}/restoration)"', answer)
    assert undo and "stands again" in as_("ben").post(undo[1], follow_redirects=True).text
    assert "CANARY" in as_("olga").get("/praise").text
    move_clock(hours=25)
    late = as_("ben").post(f"{praise.url}/withdrawal", follow_redirects=True).text
    assert "Its day is over" in late and Praise.get().withdrawn_at is None
    assert "Take it back" not in as_("ben").get("/feedback?show=given").text


def test_no_letter_goes_out_for_what_was_taken_back(who: Any, praised: Any, sent: Any) -> None:
    praised(who.ben, who.erin).withdraw(by=who.ben)
    assert [message for _, message in sent()] == [None]


def test_hr_removes_it_with_a_reason_and_both_are_told(
    as_: Any, who: Any, praised: Any, sent: Any
) -> None:
    praise = praised(who.ben, who.erin)
    helen = as_("helen")
    assert "Take it off and tell them" in helen.get(praise.url).text
    refused = helen.post(f"{praise.url}/removal", data={"reason": " "})
    assert refused.status_code == 422 and "Say why" in refused.text
    reason = {"reason": "It names a customer."}
    answer = helen.post(f"{praise.url}/removal", data=reason, follow_redirects=True).text
    assert "they are told why" in answer and "CANARY" not in as_("olga").get("/praise").text
    assert "It names a customer." in as_("ben").get("/feedback?show=given").text
    assert "It names a customer." in as_("erin").get("/feedback?show=praise").text
    told = {one.person_id: message for one, message in sent() if one.kind == "praise_removed"}
    assert "praise you gave" in told[who.ben.id].text and "praise of you" in told[who.erin.id].text
    assert "It is on the page again" in helen.post(
        f"{praise.url}/return", follow_redirects=True
    ).text  # fmt: skip
    assert "CANARY" in as_("olga").get("/praise").text
    assert all(message is None for one, message in sent() if one.kind == "praise_removed")


def test_who_has_left_is_not_praised_on_the_page_and_praises_without_a_name(
    as_: Any, who: Any, praised: Any, move_clock: Any
) -> None:
    praised(who.ben, who.erin, text="For Erin alone")
    praised(who.ben, who.erin, who.ida, text="For both")
    praised(who.erin, who.olga, text="By Erin")
    who.erin.depart(
        by=who.helen, last_day_on=cast.TODAY, access_ends_at=clock.end_of_day(cast.TODAY, "UTC")
    )
    move_clock(days=2)
    page = as_("otto").get("/praise").text
    assert "For Erin alone" not in page and "Castellanos" not in page
    assert "For both" in page and "Ida Sørensen" in page
    assert "By Erin" in page and "a colleague who has left" in page


def test_the_page_is_paged_and_filtered_by_value_and_team(
    as_: Any, who: Any, in_force: Any, praised: Any
) -> None:
    for number in range(23):
        praised(who.mara, who.erin, text=f"Number {number} of them")
    as_("ben").post("/praise", data=SENT | {"people": "Olga Søndergaard"})
    ida = as_("ida")
    first = ida.get("/praise").text
    assert "Number 22 of them" in first and "Number 2 of them" not in first and "Older" in first
    assert "Number 2 of them" in ida.get("/praise?page=2").text
    early = ida.get("/praise?value=We+say+it+early").text
    assert "She found the leak." in early and "Number" not in early
    sales = who.olga.position().team.id
    top = who.dora.position().team.id
    assert "She found the leak." in ida.get(f"/praise?team={sales}").text
    in_line = ida.get(f"/praise?team={top}").text
    assert "Number 22 of them" in in_line and "She found" not in in_line, "with the teams below"
    assert "You may be the first" in ida.get("/praise?value=Nothing").text
    for strange in ("team=x", "team=999999999999999999", "team=-1", "page=0", "value=%00a"):
        assert ida.get(f"/praise?{strange}").status_code in (200, 400), strange


def test_the_wall_takes_as_many_queries_however_much_there_is(
    as_: Any, who: Any, in_force: Any, praised: Any, queries: Any
) -> None:
    counts = []
    for more in (2, 30):
        for _ in range(more):
            praised(who.mara, who.erin, who.ida, who.otto)
        client = as_("olga")
        client.get("/praise")
        with queries() as seen:
            client.get("/praise")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, counts


def test_the_wall_says_the_same_of_each_as_the_praise_itself(
    who: Any, praised: Any, move_clock: Any
) -> None:
    made = [
        praised(who.ben, who.erin), praised(who.ben, who.erin, public=False),
        praised(who.ben, who.ida), praised(who.ben, who.erin, who.ida), praised(who.ben, who.nia),
        praised(who.ben, who.otto),
    ]  # fmt: skip
    made[0].hide(by=who.erin)
    made[2].remove("No.", by=who.helen)
    PraiseOptOut.choose(who.otto, out=True)
    for days in (0, 10):
        move_clock(days=days)
        shown = {one.id for one in Praise.select().where(Praise.is_on_page(clock.today()))}
        again = {one.id for one in Praise.select() if one.is_shown}
        assert shown == again == {made[3].id} | ({made[4].id} if days else set())


def test_praise_goes_with_the_last_of_those_it_praised(who: Any, praised: Any) -> None:
    praise = praised(who.ben, who.erin, who.ida)
    rows = {row.person_id: row.id for row in PraiseTo.select()}
    with db.write():
        Praise.forget([rows[who.erin.id]])
    assert [each.person_id for each in Praise.get_by_id(praise.id).people] == [who.ida.id]
    with db.write():
        Praise.forget([rows[who.ida.id]])
    assert not Praise.select().exists() and not PraiseTo.select().exists()


def test_names_are_suggested_to_those_who_may_know_of_them(as_: Any) -> None:
    assert "Nia Novak" in as_("mara").get("/feedback/colleagues?people=nov").text
    said = as_("olga").get("/feedback/colleagues").text
    assert "Erin Castellanos" in said and "Nia" not in said and "Lev" not in said
    assert "Olga" not in said and "Audrey" not in said


def test_one_field_takes_several_and_offers_each(as_: Any, who: Any) -> None:
    olga = as_("olga")
    assert 'value="Ben Hartmann"' in olga.get("/feedback/colleagues?people=ben").text
    typed = "/feedback/colleagues?people=Erin Castellanos,  ben"
    assert 'value="Erin Castellanos,  Ben Hartmann"' in olga.get(typed).text
    assert olga.get("/feedback/colleagues?people=" + "a," * 3000).status_code == 200
    twins = [colleagues.offered(who.olga, f"x, {word}") for word in ("ben", "nobody at all")]
    assert twins == [["x, Ben Hartmann"], []]


def test_who_shares_a_name_is_chosen_by_address(as_: Any, who: Any, in_force: Any) -> None:
    held = who.erin.position()
    for email, name in (("ben.two", "Ben Hartmann"), ("comma", "Bo Day, Jr.")):
        Person.hire(
            by=None, name=name, email=f"{email}@halden.example", details={},
            starts_on=date(2025, 3, 1), role="Engineer", team=held.team, manager=who.mara,
        )  # fmt: skip
    offered = colleagues.offered(who.olga, "b")
    assert {"ben@halden.example", "ben.two@halden.example", "comma@halden.example"} <= set(offered)
    both = SENT | {"people": "ben.two@halden.example, comma@halden.example"}
    assert as_("olga").post("/praise", data=both).status_code == 303
    assert len(Praise.get().people) == 2


def test_who_is_not_praised_in_public_is_not_said_to_stand_there(
    as_: Any, who: Any, in_force: Any
) -> None:
    PraiseOptOut.choose(who.erin, out=True)
    answer = as_("ben").post("/praise", data=SENT, follow_redirects=True).text
    assert "Sent to them alone" in answer and "She found the leak." in answer


def test_a_value_that_was_removed_can_still_be_looked_for(
    as_: Any, who: Any, in_force: Any, praised: Any
) -> None:
    praised(who.ben, who.erin)
    in_force.publish(
        "---\nkind: values\ntitle: Values\n---\n## Care\nFor each other.\n", by=who.helen
    )
    olga = as_("olga")
    page = olga.get("/praise").text
    assert "<option>Care</option>" in page and "<option>We help first" not in page
    assert 'href="/praise?value=We%20help%20first"' in page
    old = olga.get("/praise?value=We help first").text
    assert "CANARY" in old and "<option selected>We help first</option>" in old
    late = as_("ben").post("/praise", data=SENT)
    assert late.status_code == 422 and "She found the leak." in late.text


def test_who_has_left_is_named_to_those_they_praised(
    as_: Any, who: Any, praised: Any, move_clock: Any
) -> None:
    praised(who.erin, who.olga)
    ends = clock.end_of_day(cast.TODAY, "UTC")
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=ends)
    move_clock(days=2)
    assert "Erin Castellanos" in as_("olga").get("/feedback?show=praise").text
    assert "Castellanos" not in as_("otto").get("/praise").text


def test_both_pages_lead_back_to_growth(as_: Any) -> None:
    for address in ("/praise", "/feedback"):
        assert '<a href="/growth">' in as_("erin").get(address).text
    assert '<a href="/growth">' in as_("helen").get("/praise").text


def test_praise_that_is_back_and_unwanted_is_not_said_to_stand_there(
    as_: Any, who: Any, praised: Any
) -> None:
    praise = praised(who.ben, who.erin)
    praise.remove("By mistake.", by=who.helen)
    praise.hide(by=who.erin)
    said = as_("helen").post(f"{praise.url}/return", follow_redirects=True).text
    assert "is not wanted there now" in said


def test_where_teams_are_many_departments_are_offered_and_ones_own(who: Any) -> None:
    own = who.olga.position().team
    with db.write():
        for number in range(61):
            Team.found(f"Team {number}", own, by=None)
    offered = access.teams_for(who.erin, None)
    assert [name for _, name in offered] == [
        "Engineering", "Engineering / Platform", "People", "Sales"
    ]  # fmt: skip
    chosen = Team.get(Team.name == "Team 7")
    assert (chosen.id, "Sales / Team 7") in access.teams_for(who.erin, chosen.id)


def test_a_large_company_offers_no_more_names_than_a_page_holds(who: Any) -> None:
    held = who.erin.position()
    for number in range(3):
        Person.hire(
            by=None, name=f"Paula {number}", email=f"p{number}@halden.example", details={},
            starts_on=date(2025, 3, 1), role="Engineer", team=held.team, manager=who.mara,
        )  # fmt: skip
    assert len(colleagues.offered(who.olga)) == 11
    assert colleagues.offered(who.olga, "paula 1") == ["Paula 1"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Erin", "erin"), ("castellanos", "erin"), ("Søndergaard", "olga"),
        ("ida sorensen", "ida"), ("OTTO@halden.example", "otto"),
    ],
)  # fmt: skip
def test_any_part_of_a_name_will_do_that_one_alone_has(who: Any, typed: str, meant: str) -> None:
    assert colleagues.called(who.ben, typed).id == getattr(who, meant).id


def test_where_several_are_called_so_the_error_names_them(
    as_: Any, who: Any, in_force: Any, hired: Any
) -> None:
    first, twin = hired("Erin Ashby"), hired("Erin")
    answer = as_("ben").post("/praise", data=SENT | {"people": "Otto, Erin Ca"})
    assert answer.status_code == 422 and "Nobody here is called “Erin Ca”" in answer.text
    assert colleagues.called(who.ben, "erin").id == twin.id, "the whole name goes first"
    with db.write():
        Person.update(withdrawn_at=clock.now()).where(Person.id == twin.id).execute()
    answer = as_("ben").post("/praise", data=SENT | {"people": "Otto, Erin"})
    assert answer.status_code == 422
    assert "“Erin” may be Erin Ashby and Erin Castellanos" in answer.text
    chosen = as_("ben").get("/feedback/new?person=Erin")
    assert chosen.status_code == 422 and "may be Erin Ashby and Erin" in chosen.text
    assert as_("ben").get("/feedback/new?person=Ashby").location == (
        f"/feedback/people/{first.id}/new"
    )


def test_nobody_is_named_whom_the_giver_may_not_know_of(who: Any) -> None:
    with pytest.raises(colleagues.Unclear, match="Nobody here is called “Nia”"):
        colleagues.called(who.olga, "Nia")
    assert colleagues.called(who.mara, "Nia").id == who.nia.id


def test_private_praise_that_was_sent_is_what_one_lands_on(as_: Any, in_force: Any) -> None:
    sent = SENT | {"shown": "private", "people": "Erin"}
    ben = as_("ben")
    answer = ben.post("/praise", data=sent)
    assert answer.location == Praise.get().url
    page = ben.get(answer.location).text
    assert "She found the leak." in page and 'data-draft-gone="praise"' in page
    assert "Take it back" in page


def test_hr_alone_is_told_that_no_values_are_published(as_: Any, who: Any) -> None:
    said, link = "no values are published", "/documents/new?kind=values"
    for page in ("/praise", "/praise/new"):
        answer = as_("helen").get(page).text
        assert said in answer and link in answer, page
        assert said not in as_("ben").get(page).text, page


def test_nothing_is_said_of_values_where_there_are_some(as_: Any, in_force: Any) -> None:
    for page in ("/praise", "/praise/new"):
        assert "no values are published" not in as_("helen").get(page).text, page
