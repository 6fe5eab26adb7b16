"""Who sees which certificate and how much of it: the cast at every address."""

from typing import Any

from portal.audit import Look
from portal.certificates import access
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from tests import cast
from tests.reach import knock

NOWHERE = "/certificates/999999"
# Mara leads Erin, Dora leads Mara; Otto leads in another line.
SEES = {
    "helen": 200, "audrey": 200, "dora": 200, "mara": 200, "erin": 200,
    "ben": 404, "otto": 404, "olga": 404, "ida": 404, "adam": 404, "nia": 404, "lev": 404,
}  # fmt: skip
DETAILS = {**dict.fromkeys(SEES, 404), "helen": 200, "erin": 200}
HR_ONLY = {**dict.fromkeys(SEES, 404), "helen": 200}
HR_POSTS = {**dict.fromkeys(SEES, 404), "helen": 303}
FORBIDDEN = {"audrey": 403, "dora": 403, "mara": 403, "erin": 403}
CANARIES = ("CANARY", "anary", "card.png")


def test_a_certificate_is_seen_by_its_holder_hr_the_line_and_the_auditor(
    as_: Any, who: Any, bring: Any
) -> None:
    made = bring(who.erin)
    knock(as_, SEES | {"lev": 303}, f"/certificates/{made.id}", nowhere=NOWHERE)
    knock(as_, DETAILS | {"lev": 303}, f"/certificates/{made.id}/file", nowhere=f"{NOWHERE}/file")


def test_number_issuer_note_and_file_are_for_the_holder_and_hr(
    as_: Any, who: Any, bring: Any
) -> None:
    """On no page, in no list, no search and no answer of anybody else's."""
    made = bring(who.erin)
    made.confirm(by=who.helen)
    for name in cast.NAMES:
        if name == "lev":
            continue
        client = as_(name)
        for address in (
            f"/certificates/{made.id}", "/certificates", "/certificates/everybody",
            "/certificates/everybody?q=erin", "/certificates/everybody?q=CANARY-77",
            "/certificates/everybody?q=canary", f"/people/{who.erin.id}/certificates",
            f"/people/{who.erin.id}", "/", f"/certificates/{made.id}/edit",
        ):  # fmt: skip
            text = client.get(address).text
            said = text.replace(f'value="{address.partition("q=")[2]}"', "")
            if name not in ("helen", "erin"):
                assert not any(word in said for word in CANARIES), (name, address)
        found = client.get("/certificates/everybody?q=canary-77").text
        assert (f"/certificates/{made.id}" in found) == (name == "helen"), name


def test_a_manager_finds_the_line_and_nobody_else(as_: Any, who: Any, bring: Any) -> None:
    ours, theirs = bring(who.erin), bring(who.olga)
    page = as_("mara").get("/certificates/everybody").text
    assert f"/certificates/{ours.id}" in page and f"/certificates/{theirs.id}" not in page
    assert "Olga" not in page and "Save this list as CSV" not in page
    ours.take_out(by=who.helen)
    assert as_("mara").get(f"/certificates/{ours.id}").status_code == 404
    assert as_("audrey").get(f"/certificates/{ours.id}").status_code == 200


def test_the_lists_are_for_those_who_have_somebody_to_look_after(as_: Any, who: Any) -> None:
    everybody = {
        **dict.fromkeys(SEES, 404), "helen": 200, "audrey": 200, "dora": 200, "mara": 200,
        "otto": 200, "lev": 303,
    }  # fmt: skip
    knock(as_, everybody, "/certificates/everybody", nowhere="/certificates/nothing")
    own = dict.fromkeys(SEES, 200) | {"lev": 303}
    knock(as_, own, "/certificates", nowhere="/certificates/nothing")
    brings = own | {"audrey": 404}
    knock(as_, brings, "/certificates/new", nowhere="/certificates/nothing")
    tab = SEES | {"audrey": 404, "lev": 303}
    knock(as_, tab, f"/people/{who.erin.id}/certificates", nowhere="/people/999999/certificates")


def test_the_tab_in_a_file_asks_what_its_page_asks(as_: Any, who: Any) -> None:
    for name in ("helen", "dora", "mara", "erin", "ben", "otto"):
        shown = (
            f'href="/people/{who.erin.id}/certificates"'
            in as_(name).get(f"/people/{who.erin.id}").text
        )
        assert shown == (SEES[name] == 200), name


def test_only_hr_decides(as_: Any, who: Any, bring: Any) -> None:
    made = bring(who.erin)
    posts = HR_POSTS | FORBIDDEN | {"lev": 303}
    for verb, data in (
        ("confirmation", {}), ("reconsideration", {}), ("return", {"reason": "No"}),
    ):  # fmt: skip
        knock(
            as_, posts, f"/certificates/{made.id}/{verb}", data=data,
            nowhere=f"{NOWHERE}/{verb}",
        )  # fmt: skip


def test_correcting_and_taking_out_are_for_hr_and_before_it_counts_for_the_holder(
    as_: Any, who: Any, bring: Any
) -> None:
    said = {"issued_on": "2026-10-01", "never": "y"}
    posts = HR_POSTS | FORBIDDEN | {"erin": 303, "lev": 303}
    for verb, data in (("edit", said), ("withdrawal", {})):

        def again(verb: str = verb) -> str:
            return f"/certificates/{bring(who.erin).id}/{verb}"

        knock(as_, posts, "", data=data, before=again, nowhere=f"{NOWHERE}/{verb}")

    def taken_out() -> str:
        made = bring(who.erin)
        made.take_out(by=who.helen)
        return f"/certificates/{made.id}/restoration"

    gone = posts | {"dora": 404, "mara": 404}
    knock(as_, gone, "", data={}, before=taken_out, nowhere=f"{NOWHERE}/restoration")
    made = bring(who.erin)
    edits = SEES | FORBIDDEN | {"erin": 200, "lev": 303}
    knock(as_, edits, f"/certificates/{made.id}/edit", nowhere=f"{NOWHERE}/edit")


def test_types_and_files_of_the_list_are_hrs(as_: Any, first_aid: CertificateType) -> None:
    hr, posts = HR_ONLY | {"lev": 303}, HR_POSTS | {"lev": 303}
    base = "/certificates/types"
    for address, nowhere in (
        (base, "/certificates/nothing"), (f"{base}/new", "/certificates/nothing"),
        (f"{base}/{first_aid.id}/edit", f"{base}/999999/edit"),
    ):  # fmt: skip
        knock(as_, hr, address, nowhere=nowhere)
    knock(as_, hr, "/certificates/export", data={}, nowhere="/certificates/nothing/at/all")
    said = {"name": "Another"}
    for verb, data in (("edit", said), ("retirement", {}), ("restoration", {})):
        knock(
            as_, posts, f"{base}/{first_aid.id}/{verb}", data=data,
            nowhere=f"{base}/999999/{verb}",
        )  # fmt: skip
    refused = {name: status for name, status in posts.items() if name != "helen"}
    knock(as_, refused, base, data=said, nowhere=f"{base}/999999/edit")


def test_who_brings_for_others_is_hr(as_: Any, who: Any, filled: Any) -> None:
    """Everybody brings their own; whose it is cannot be typed by anybody but HR."""
    for name in ("mara", "erin", "adam", "nia"):
        assert as_(name).post("/certificates", data=filled()).status_code == 303, name
        made = Certificate.select().order_by(Certificate.id.desc()).get()
        assert made.person_id == getattr(who, name).id
    assert as_("audrey").post("/certificates", data=filled()).status_code == 404


def test_every_reading_of_somebody_elses_is_noted(as_: Any, who: Any, bring: Any) -> None:
    made = bring(who.erin)
    for name in ("helen", "helen", "erin", "mara", "audrey", "otto"):
        as_(name).get(f"/certificates/{made.id}")
        as_(name).get(f"/certificates/{made.id}/file")
    looks = [(look.person_id, look.subject_kind, look.about_id) for look in Look.newest()]
    # An auditor's pages are noted as such, whatever is on them.
    assert sorted(look for look in looks if look[2]) == [
        (who.helen.id, "certificate", who.erin.id),
        (who.helen.id, "certificate_details", who.erin.id),
    ]


def test_reach_and_page_never_disagree(who: Any, bring: Any) -> None:
    """Whoever may see a certificate of somebody's may open the page it stands on."""
    made = [bring(person) for person in (who.erin, who.mara, who.helen, who.otto)]
    for name in cast.NAMES:
        viewer = cast.person(name)
        seen = {row.id for row in access.visible_to(viewer)}
        for one in made:
            opens = access.can_open_file_of(viewer, one.person) or viewer.is_auditor
            assert (one.id in seen) == opens, (name, one.person.name)


def test_the_trail_shows_certificates_to_hr(as_: Any, who: Any, bring: Any) -> None:
    bring(who.erin).confirm(by=who.helen)
    page = as_("helen").get("/audit").text
    assert "brought a certificate of their own: first-aid-certificate" in page
    assert "confirmed a certificate of Erin Castellanos" in page
    assert "CANARY" not in page
