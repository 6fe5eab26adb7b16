"""Who may do what to a duty by the web, and that a refusal leaves no trace."""

from datetime import date, timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from portal.assignments.duties import Cause
from portal.assignments.listing import late_anywhere
from portal.assignments.models import Assignment
from portal.assignments.views import snooze_token
from portal.audit import Event
from portal.people.functions import Function
from tests.cast import NAMES, TODAY

FRIDAY = "2026-11-20"
BODIES = {
    "snooze": {"until": FRIDAY},
    "wake": {},
    "waiver": {"reason": "Not needed"},
    "owner": {"email": "olga@halden.example"},
    "reopening": {},
}
# Erin's duty. Whoever is not named here sees nothing of it: 404.
ACCESS = {
    "show": {"erin": 200, "mara": 200, "dora": 200, "helen": 200},
    "snooze": {"erin": 303, "mara": 403, "dora": 403, "helen": 403},
    "wake": {"erin": 303, "mara": 403, "dora": 403, "helen": 403},
    "waiver": {"erin": 403, "mara": 403, "dora": 403, "helen": 303},
    "owner": {"erin": 403, "mara": 303, "dora": 303, "helen": 303},
    "reopening": {"erin": 403, "mara": 403, "dora": 403, "helen": 403},
}
NOT_IN = {"lev"}


def ask(client, duty, verb):
    address = f"/assignments/{duty.id}"
    if verb == "show":
        return client.get(address)
    return client.post(f"{address}/{verb}", data=BODIES[verb])


@pytest.mark.parametrize("verb", ACCESS)
def test_each_of_the_cast_at_each_route(owe, who, as_, verb):
    for name in set(NAMES) - NOT_IN:
        duty = owe(who.erin, due=TODAY)
        client = as_(name)
        before = Event.select().count()
        answer = ask(client, duty, verb)
        expected = ACCESS[verb].get(name, 404)
        assert answer.status_code == expected, (name, verb)
        if expected in (403, 404):
            assert Event.select().count() == before, (name, verb)


def test_a_leaver_and_a_stranger_are_asked_to_sign_in(owe, who, as_, stranger):
    duty = owe(who.erin, due=TODAY)
    for client in (as_("lev"), stranger):
        for verb in ACCESS:
            answer = ask(client, duty, verb)
            assert answer.status_code == 303
            assert answer.location.startswith("/sign-in")


def test_not_yours_and_not_there_are_the_same_bytes(owe, who, as_):
    duty = owe(who.erin, due=TODAY)
    otto = as_("otto")
    nothing = Assignment(id=999_999)
    for verb in ACCESS:
        assert ask(otto, duty, verb).data == ask(otto, nothing, verb).data


def test_hr_does_not_waive_her_own(owe, who, as_):
    assert ask(as_("helen"), owe(who.helen, due=TODAY), "waiver").status_code == 403


def test_what_a_function_owes_is_its_holders_to_see_and_hrs_to_waive(owe, who, as_):
    it = Function.named("it")
    for name, verb, status in (
        ("ida", "show", 200), ("ida", "snooze", 303), ("ida", "waiver", 403),
        ("helen", "waiver", 303), ("erin", "show", 404), ("mara", "show", 404),
    ):  # fmt: skip
        duty = owe(None, due=TODAY, function=it)
        assert ask(as_(name), duty, verb).status_code == status, (name, verb)


def test_a_waiver_is_taken_back_by_hr_alone(owe, who, as_):
    duty = owe(who.erin, due=TODAY)
    duty.waive("Not needed", by=who.helen)
    assert ask(as_("erin"), duty, "reopening").status_code == 403
    assert ask(as_("helen"), duty, "reopening").status_code == 303
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_what_is_settled_takes_no_more_verbs(owe, who, as_):
    duty = owe(who.erin, due=TODAY)
    duty.settle(by=who.erin)
    before = Event.select().count()
    erin, helen = as_("erin"), as_("helen")
    signed_in = Event.select().count() - before
    for client, verb in ((erin, "snooze"), (erin, "wake"), (helen, "waiver"), (helen, "owner")):
        assert ask(client, duty, verb).status_code == 403
    assert Event.select().count() == before + signed_in


@pytest.mark.parametrize(
    ("verb", "body", "says"),
    [
        ("snooze", {"until": ""}, "Choose a day."),
        ("snooze", {"until": "soon"}, "This is not a date"),
        ("snooze", {"until": "2026-11-18"}, "within the next 60 days"),
        ("snooze", {"until": "2027-11-18"}, "within the next 60 days"),
        ("waiver", {"reason": " "}, "Say why"),
        ("waiver", {"reason": "x" * 301}, "At most 300 characters"),
        ("owner", {"email": ""}, "who does it"),
        ("owner", {"email": "nobody@halden.example"}, "Nobody here, or more than one"),
        ("owner", {"email": "lev@halden.example"}, "Nobody here, or more than one"),
        ("owner", {"email": "audrey@halden.example"}, "Nobody here, or more than one"),
    ],
)
def test_bad_input_is_a_sentence_at_its_field_and_changes_nothing(owe, who, as_, verb, body, says):
    duty = owe(who.erin, due=TODAY)
    client = as_("erin" if verb == "snooze" else "helen")
    before = Event.select().count()
    answer = client.post(f"/assignments/{duty.id}/{verb}", data=body)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert Event.select().count() == before


def test_a_field_the_form_does_not_know_is_refused(owe, who, as_):
    duty = owe(who.erin, due=TODAY)
    body = BODIES["waiver"] | {"person": str(who.olga.id)}
    assert as_("helen").post(f"/assignments/{duty.id}/waiver", data=body).status_code == 400
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_putting_off_answers_htmx_with_the_row_and_others_with_the_list(owe, who, as_):
    duty = owe(who.erin, due=TODAY)
    erin = as_("erin")
    answer = erin.hx(
        f"/assignments/{duty.id}/snooze", f"assignment-{duty.id}", data={"until": FRIDAY}
    )
    assert answer.status_code == 200
    assert f'id="assignment-{duty.id}"' in answer.get_data(as_text=True)
    assert ask(erin, duty, "snooze").location == "/"


# -- the link in the mail ----------------------------------------------------------------------


@pytest.fixture
def link(app, who):
    return f"/snooze/{snooze_token(who.erin.id)}"


def test_the_link_of_a_mail_puts_off_without_signing_in(owe, who, stranger, link):
    late, near = owe(who.erin, due=TODAY - timedelta(days=1)), owe(who.erin, due=TODAY)
    his = owe(who.ben, due=TODAY)
    assert stranger.get(link).status_code == 200
    assert Assignment.get_by_id(near.id).snoozed_until is None, "a GET changes nothing"
    answer = stranger.post(link, data={"until": "2026-11-19"})
    assert answer.status_code == 200
    assert Assignment.get_by_id(near.id).snoozed_until == date(2026, 11, 19)
    for duty in (late, his):
        assert Assignment.get_by_id(duty.id).snoozed_until is None


def test_the_link_offers_three_days_and_takes_no_other(owe, who, stranger, link):
    duty = owe(who.erin, due=TODAY)
    for day in ("2026-11-30", "2027-01-01", "", "x"):
        assert stranger.post(link, data={"until": day}).status_code == 422
    assert Assignment.get_by_id(duty.id).snoozed_until is None


def test_a_forged_old_or_leavers_link_is_nothing(app, who, stranger, link, move_clock):
    key = app.config["SECRET_KEY"]
    other_salt = URLSafeTimedSerializer(key, salt="else").dumps(who.erin.id)
    for token in ("x", snooze_token(who.lev.id), link.rpartition("/")[2] + "x", other_salt):
        assert stranger.get(f"/snooze/{token}").status_code == 404
        assert stranger.post(f"/snooze/{token}", data={"until": FRIDAY}).status_code == 404


def test_a_new_secret_key_leaves_the_mails_already_sent_alive(
    app, who, stranger, link, monkeypatch
):
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "n" * 40)
    assert stranger.get(link).status_code == 200


def test_what_others_owe_about_hr_does_not_exist_for_her(as_, who) -> None:
    """A form about Helen, a paper of hers that ends: late, and still not hers to read."""
    cause = Cause("test", 1)
    about = Assignment.assign(
        kind="paper", target=990_001, title="What is said of Helen", cause=cause, by=None,
        person=who.dora, about=who.helen, due_on=TODAY - timedelta(days=20),
    )  # fmt: skip
    helen = as_("helen")
    assert helen.get(f"/assignments/{about.id}").status_code == 404
    assert helen.post(f"/assignments/{about.id}/owner", data={"email": "x"}).status_code == 404
    assert "What is said of Helen" not in helen.get("/hr").text
    assert late_anywhere(who.helen, TODAY).total == 0
    assert "What is said of Helen" in as_("dora").get("/").text
