"""The commands: each does its work or says in one sentence why not, and never a traceback."""

import pytest

from portal import cli, db, doctor, models
from portal.audit import Event
from portal.mail.models import Letter
from portal.people.grants import Grant
from portal.people.models import Person
from tests import cast
from tests.conftest import ON_POSTGRES
from tests.house.processes import address

COMMANDS = (
    "migrate", "seed", "serve", "worker", "import-people", "sign-in-link", "grant", "doctor",
)  # fmt: skip


@pytest.fixture
def portal(database, tmp_path, monkeypatch, capsys):
    """`portal("grant", "hr", …)`: exit code, output and error of a command on this database."""
    monkeypatch.setenv("DATABASE_URL", address(database))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("PORT", "APP_URL", "SMTP_URL", "SECRET_KEY", "TRUSTED_PROXY", "DEMO"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        opened = db.database.obj
        try:
            code = cli.main(list(arguments))
        finally:
            if db.database.obj is not opened:
                db.database.close()
                if ON_POSTGRES:
                    db.database.obj.close_all()
                db.database.initialize(opened)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return run


def refuses(result):
    """The one sentence with which a command refused."""
    code, said, error = result
    assert (code, said) == (1, "")
    assert error.count("\n") == 1
    return error.strip()


# -- help and settings -------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(capsys, command):
    with pytest.raises(SystemExit) as left:
        cli.main([*command.split(), "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: python -m portal")
    if not command:
        assert all(name in said for name in COMMANDS)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "typed", [[], ["dance"], ["import-people"], ["sign-in-link"], ["grant", "x"]]
)
def test_what_cannot_be_understood_shows_the_usage(capsys, typed):
    with pytest.raises(SystemExit) as left:
        cli.main(typed)
    assert left.value.code == 2
    assert "usage: python -m portal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "0", "PORT must be a whole number from 1 to 65535."),
        ("DEMO", "yes", "DEMO must be 1"),
        ("APP_URL", "https://people.example.com", "SECRET_KEY is missing"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must begin with"),
        ("SMTP_URL", "mail.example.com", "SMTP_URL must look like"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "doctor", "serve", "worker"])
def test_a_wrong_setting_stops_every_command(portal, monkeypatch, command, name, value, says):
    monkeypatch.setenv(name, value)
    assert says in refuses(portal(command))


@pytest.mark.one_database
@pytest.mark.parametrize(
    "typed",
    [["seed"], ["import-people", "x.csv"], ["sign-in-link", "x@y.example"], ["grant", "hr", "x"]],
)
def test_an_empty_database_is_told_to_be_migrated(portal, monkeypatch, tmp_path, typed):
    monkeypatch.setenv("DATABASE_URL", "")
    assert "run “python -m portal migrate”" in refuses(portal(*typed))


@pytest.mark.one_database
def test_a_database_that_does_not_answer_is_a_sentence(portal, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for command in ("migrate", "seed"):
        assert refuses(portal(command)).startswith("The database does not answer: ")
    code, said, _ = portal("doctor")
    assert code == 1
    assert "FAULT The database cannot be opened: " in said


@pytest.mark.one_database
def test_migrating_may_be_repeated(portal, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    names = sorted(path.stem for path in models.MIGRATIONS.glob("0*.py"))
    assert portal("migrate")[:2] == (0, f"Applied {len(names)}: {', '.join(names)}.\n")
    assert portal("migrate")[:2] == (0, "Up to date.\n")


# -- people ------------------------------------------------------------------------------------

HEADER = "email,name,start,role,department,manager\n"


@pytest.fixture
def csv(tmp_path):
    def write(*rows, name="people.csv"):
        path = tmp_path / name
        path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
        return str(path)

    return write


GOOD = "tove@halden.example,Tove Østergård,2026-12-01,Engineer,Engineering,mara@halden.example"


def test_people_come_in_from_a_file(portal, csv):
    code, said, error = portal("import-people", csv(GOOD))
    assert (code, error) == (0, "")
    assert "1 new" in said
    assert cast.person("tove").name == "Tove Østergård"


def test_a_dry_run_changes_nothing(portal, csv):
    before = Event.select().count()
    code, said, _ = portal("import-people", "--dry-run", csv(GOOD))
    assert code == 0
    assert said.startswith("Would be: 1 new")
    assert Event.select().count() == before


def test_one_bad_line_lets_nobody_in(portal, csv):
    before = Event.select().count(), Person.select().count()
    bad = "zed@halden.example,Zed,2026-13-45,Engineer,Engineering,nobody@halden.example"
    code, said, error = portal("import-people", csv(GOOD, bad))
    assert (code, said) == (1, "")
    assert "line 3, start: " in error
    assert "line 3, manager: " in error
    assert error.rstrip().endswith("Nothing was imported. Mend these lines and run it again.")
    assert (Event.select().count(), Person.select().count()) == before


def test_an_import_that_breaks_in_the_middle_lets_nobody_in(portal, csv, monkeypatch):
    before = Event.select().count(), Person.select().count()

    def full(*arguments, **more):
        raise OSError("disk full")

    second = "zed@halden.example,Zed,2026-12-01,Engineer,Engineering,mara@halden.example"
    monkeypatch.setattr("portal.audit.models._append", full)
    with pytest.raises(OSError, match="disk full"):
        portal("import-people", csv(GOOD, second))
    assert (Event.select().count(), Person.select().count()) == before


def test_a_file_that_is_not_there_or_none_is_a_sentence(portal, tmp_path):
    missing = tmp_path / "none.csv"
    assert refuses(portal("import-people", str(missing))) == (
        f"{missing} cannot be read: No such file or directory."
    )
    assert "cannot be read: Is a directory." in refuses(portal("import-people", str(tmp_path)))
    noise = tmp_path / "noise.csv"
    noise.write_bytes(bytes(range(128, 256)) * 20)
    assert portal("import-people", str(noise))[0] == 1


def test_a_sign_in_link_lets_one_person_in_once(portal, stranger):
    code, said, _ = portal("sign-in-link", "Erin@Halden.example")
    assert code == 0
    link = said.split()[0]
    assert link.startswith("http://127.0.0.1:8000/sign-in/link/")
    assert "Only Erin Castellanos should have it." in said
    path = link.removeprefix("http://127.0.0.1:8000")
    assert stranger.get(path).status_code == 200
    assert stranger.post(path).status_code == 303
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("email", ["nobody@halden.example", "lev@halden.example", "", "x"])
def test_nobody_unknown_or_gone_gets_a_link(portal, email):
    assert refuses(portal("sign-in-link", email)).endswith("may sign in.")


def test_the_first_grant_invites_and_repeating_it_changes_nothing(portal):
    typed = ("grant", "hr", "ann@example.com", "--name", "Ann Bee")
    assert portal(*typed)[:2] == (0, "Ann Bee has hr from today.\n")
    before = Event.select().count()
    assert portal(*typed)[:2] == (0, "Ann Bee has hr already.\n")
    assert Event.select().count() == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            ("ann@example.com",),
            "Nobody has the address ann@example.com. Add --name to invite them.",
        ),
        (("ann", "--name", "Ann"), "ann is not an e-mail address"),
        (("ann@example.com", "--name", "x" * 121), "A name is one line"),
        (("ann@example.com", "--name", "A\nB"), "A name is one line"),
        (("lev@halden.example",), "Lev Abramov has left"),
    ],
)
def test_a_grant_to_nobody_is_a_sentence(portal, typed, says):
    before = Event.select().count()
    assert says in refuses(portal("grant", "admin", *typed))
    assert Event.select().count() == before


def test_the_sample_mixes_with_nobody(portal):
    assert "would mix" in refuses(portal("seed"))
    assert portal("seed", "--if-empty") == (0, "", "")


# -- the doctor --------------------------------------------------------------------------------


def faults(result):
    code, said, _ = result
    found = [line.removeprefix("FAULT ") for line in said.splitlines() if line.startswith("FAULT")]
    assert code == (1 if found else 0)
    return found


def test_a_healthy_portal_has_no_fault(portal):
    code, said, _ = portal("doctor")
    assert (code, faults((code, said, ""))) == (0, [])
    assert said.endswith("All is well.\n")
    assert "The audit chain holds: " in said


def test_the_doctor_changes_nothing(portal):
    before = Event.select().count()
    portal("doctor")
    assert Event.select().count() == before


def test_a_changed_event_is_a_fault(portal, database):
    with db.write():
        if ON_POSTGRES:
            db.database.execute_sql("ALTER TABLE event DISABLE TRIGGER ALL")
        else:
            db.database.execute_sql("DROP TRIGGER event_no_update")
        db.database.execute_sql("UPDATE event SET tag = 'forged.done' WHERE seq = 3")
    assert faults(portal("doctor")) == ["Event 3 was changed after it was written."]


def test_a_letter_given_up_is_a_fault(portal, database):
    Letter.write("forgotten", "key")
    Letter.get().mark_failed("550 Nobody", for_good=True)
    assert faults(portal("doctor")) == ["1 letter could not be delivered."]


def test_a_portal_without_hr_is_a_fault(portal, database):
    with db.write():
        Grant.delete().where(Grant.kind == "hr").execute()
    (fault,) = faults(portal("doctor"))
    assert fault.startswith("Nobody has the HR grant")


def test_migrations_that_wait_are_a_fault(portal, monkeypatch):
    monkeypatch.setattr("portal.models.pending", lambda: ["0002_second"])
    assert faults(portal("doctor")) == ["1 migration to apply: run “python -m portal migrate”."]


def test_an_unsafe_production_is_all_its_faults(portal, monkeypatch):
    monkeypatch.setenv("APP_URL", "https://people.example.com")
    monkeypatch.setenv("SECRET_KEY", "k" * 40)
    monkeypatch.setenv("DEMO", "1")
    found = " ".join(faults(portal("doctor")))
    assert all(word in found for word in ("DEMO is on", "SMTP_URL", "TRUSTED_PROXY"))


def test_an_old_sqlite_is_a_fault(portal, monkeypatch):
    if ON_POSTGRES:
        pytest.skip("PostgreSQL brings its own")
    monkeypatch.setattr(doctor, "SAFE_SQLITE", (99, 0, 0))
    (fault,) = faults(portal("doctor"))
    assert fault.startswith("SQLite 3.")
