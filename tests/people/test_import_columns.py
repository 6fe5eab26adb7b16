"""Foreign columns, the key, slips in names, and who is missing: asked once, and never guessed."""

from typing import Any

import pytest

from portal.people.import_columns import ImportMapping
from portal.people.importing import Import
from portal.people.models import Person
from tests import cast
from tests.people.files import apply, read, rows

FOREIGN = "Kontakt,Wer,Wann,Funktion\ntove@halden.example,Tove Øst,2026-12-01,Engineer\n"


def say(client: Any, *columns: str, key: str = "") -> Any:
    kept = Import.select().order_by(Import.id.desc()).first()
    data = {f"c{place}": column for place, column in enumerate(columns)} | {"key": key}
    answer = client.post(f"/people/imports/{kept.id}/columns", data=data)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location)


# -- columns -------------------------------------------------------------------------------------


def test_foreign_columns_are_said_once_and_remembered(as_: Any) -> None:
    helen = as_("helen")
    answer = read(helen, FOREIGN)
    assert answer.status_code == 422 and "4 are not known" in answer.text
    assert "Say what the columns mean" in answer.text
    assert "The email is missing." not in answer.text
    page = say(helen, "email", "name", "start", "role")
    assert page.status_code == 200 and "1 new, 0 changed" in page.text
    apply(helen)
    assert cast.person("tove").position().role == "Engineer"
    # The next file with this header, in another order, needs no question; it can be changed.
    again = "Wer,Kontakt,Funktion,Wann\nTora Vik,tora@halden.example,Head,2026-12-01\n"
    answer = read(helen, again)
    assert answer.status_code == 200 and "1 new" in answer.text
    page = say(helen, "name", "email", "", "start").text
    assert "1 new" in page and "Head" not in page.partition("<tbody>")[2]
    assert ImportMapping.select().count() == 1


def test_two_columns_that_mean_the_same_are_refused(as_: Any) -> None:
    helen = as_("helen")
    read(helen, FOREIGN)
    page = say(helen, "email", "email", "start", "role").text
    assert "both mean “email”" in page and "/application" not in page


@pytest.mark.parametrize("data", [{"c0": "salary"}, {"key": "shoe"}, {"c9": "email"}, {"x": "y"}])
def test_only_what_is_offered_is_taken(data: dict[str, str], as_: Any) -> None:
    helen = as_("helen")
    read(helen, FOREIGN)
    kept = Import.get()
    assert helen.post(f"/people/imports/{kept.id}/columns", data=data).status_code in (400, 422)
    assert ImportMapping.select().count() == 0


def test_what_is_applied_is_what_was_shown_or_it_is_shown_anew(as_: Any, who: Any) -> None:
    helen = as_("helen")
    source = "email,name,start,Funktion\nerin@halden.example,Erin,2024-03-01,Chief\n"
    source = source.replace("Erin,", f"{who.erin.name},").replace(
        "2024-03-01", str(who.erin.hired_on)
    )
    assert "0 new, 0 changed" in read(helen, source).text
    ImportMapping.say(
        ["email", "name", "start", "Funktion"],
        {"email": "email", "name": "name", "start": "start", "Funktion": "role"},
        by=who.ben,
    )
    before = who.erin.position().role
    answer = apply(helen)
    assert answer.status_code == 422 and "not what you were shown before" in answer.text
    assert "0 new, 1 changed" in answer.text and "Chief" in answer.text
    assert cast.person("erin").position().role == before
    assert "This is not what you" in helen.get(f"/people/imports/{Import.get().id}").text
    assert apply(helen).status_code == 303
    assert cast.person("erin").position().role == "Chief"


def test_what_was_canceled_is_not_looked_at_again(as_: Any, who: Any) -> None:
    read(as_("helen"), FOREIGN)
    kept, stale = Import.get(), Import.get()
    assert kept.cancel()
    stale.look()
    assert not stale.look_again(key="email")
    assert (Import.get().phase, Import.get().found) == ("canceled", "")


# -- the key -------------------------------------------------------------------------------------

BOTH = rows("77,mara@halden.example,Mara Okafor,2024-03-01", head="number,email,name,start")


def test_the_page_says_by_what_people_are_found(as_: Any, who: Any) -> None:
    helen = as_("helen")
    assert "Rows find people by employee number, else by e-mail." in read(helen, BOTH).text
    only = rows("mara@halden.example,Mara Okafor,2024-03-01", head="email,name,start")
    assert "Rows find people by e-mail." in read(helen, only).text


def test_by_e_mail_only_a_number_is_corrected(as_: Any, who: Any) -> None:
    who.mara.correct(by=None, number="76")
    helen = as_("helen")
    assert "has the number 76 here" in read(helen, BOTH).text
    page = say(helen, "number", "email", "name", "start", key="email").text
    assert "0 new, 1 changed" in page
    apply(helen)
    assert cast.person("mara").number == "77"


def test_by_number_only_a_row_without_one_is_refused(as_: Any, who: Any) -> None:
    who.mara.correct(by=None, number="77")
    helen = as_("helen")
    read(helen, rows(",mara@halden.example,Mara Okafor,2024-03-01", head="number,email,name,start"))
    page = say(helen, "number", "email", "name", "start", key="number").text
    assert "here it is missing" in page
    read(
        helen, rows("78,mara@halden.example,Mara Okafor,2024-03-01", head="number,email,name,start")
    )
    page = say(helen, "number", "email", "name", "start", key="number").text
    assert "Mara Okafor has this address, under another number" in page
    read(helen, BOTH.replace("mara@", "mara.new@"))
    page = say(helen, "number", "email", "name", "start", key="number").text
    assert "0 new, 1 changed" in page


# -- slips and gaps ------------------------------------------------------------------------------


def test_a_new_place_that_looks_like_a_slip_is_asked_about(as_: Any) -> None:
    head = "email,name,start,location,department"
    page = read(
        as_("helen"),
        rows(
            "a@b.cc,A A,2026-12-01,Belrin,Enginering",
            "b@b.cc,B B,2026-12-01,Belrin,Law",
            "c@b.cc,C C,2026-12-01,BERLIN,sales",
            head=head,
        ),
    ).text
    assert page.count("New place: Belrin; did you mean Berlin?") == 1
    assert "New department: Enginering; did you mean Engineering?" in page
    assert "New department: Law." in page and "New place: BERLIN" not in page


def test_who_is_missing_from_a_full_file_is_offered_and_nothing_happens(as_: Any) -> None:
    people = Person.select().where(Person.hired_on.is_null(False))
    lines = [
        f"{one.email},{one.name},{one.hired_on}"
        for one in people
        if one.first_name not in ("Lev", "Olga", "Ben")
    ]
    helen = as_("helen")
    page = read(helen, rows(*lines, head="email,name,start")).text
    assert "2 left? Who is here and not in this file" in page
    for name in ("olga", "ben"):
        assert f"/people/{cast.person(name).id}/departure" in page
    apply(helen)
    assert cast.person("olga").last_day_on is None


def test_language_and_probation_come_with_a_file(as_: Any) -> None:
    helen = as_("helen")
    head = "email,name,start,language,probation ends"
    read(helen, rows("tove@halden.example,Tove Øst,2026-12-01,nb,31.05.2027", head=head))
    apply(helen)
    tove = cast.person("tove")
    assert (tove.language, str(tove.probation_ends_on)) == ("nb", "2027-05-31")
    read(helen, rows("tove@halden.example,Tove Øst,2026-12-01,da,30.06.2027", head=head))
    apply(helen)
    tove = cast.person("tove")
    assert (tove.language, str(tove.probation_ends_on)) == ("da", "2027-06-30")
    page = read(helen, rows("x@b.cc,X,2026-12-01,nb,2026-11-01", head=head)).text
    assert "Probation ends after the first day" in page
