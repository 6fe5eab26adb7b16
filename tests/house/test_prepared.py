"""A prepared query answers as the plain one does, with its SQL written once."""

from types import SimpleNamespace

from portal import db
from portal.people.models import Person, Position
from portal.prepared import Prepared, blank
from tests import cast


def test_it_gives_models_with_their_joins(who: SimpleNamespace) -> None:
    held = Prepared(
        lambda: Position.with_places().where(
            Position.person == blank("person"), Position.is_held(blank("on"))
        )
    )
    for name in ("erin", "otto", "erin"):
        person = getattr(who, name)
        plain = person.position()
        found = held.first(person=person.id, on=cast.TODAY)
        assert (found.id, found.team.name, found.starts_on) == (
            plain.id, plain.team.name, plain.starts_on,
        )  # fmt: skip
        assert (found.manager and found.manager.name) == (plain.manager and plain.manager.name)


def test_it_gives_tuples_and_nothing(who: SimpleNamespace) -> None:
    by_email = Prepared(
        lambda: Person.select(Person.id).where(Person.folded_email == blank("email")).tuples()
    )
    assert by_email(email="erin@halden.example") == [(who.erin.id,)]
    assert by_email(email="nobody@halden.example") == []
    assert by_email.first(email="nobody@halden.example") is None


def test_its_sql_is_written_once(who: SimpleNamespace) -> None:
    built = []

    def build():
        built.append(1)
        return Person.select().where(Person.id == blank("id"))

    found = Prepared(build)
    assert [found.first(id=n).id for n in (who.erin.id, who.otto.id)] == [who.erin.id, who.otto.id]
    assert built == [1]


def test_it_changes_rows_and_says_how_many(who: SimpleNamespace) -> None:
    rename = Prepared(
        lambda: Person.update(preferred_name=blank("to")).where(Person.id == blank("id"))
    )
    with db.write():
        assert rename.change(to="Rin", id=who.erin.id) == 1
        assert rename.change(to="Nobody", id=0) == 0
    assert Person.get_by_id(who.erin.id).preferred_name == "Rin"
    assert Person.get_by_id(who.otto.id).preferred_name != "Rin"
