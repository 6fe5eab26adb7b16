"""The commands: `python -m portal COMMAND`. Each says in a sentence what went wrong."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import peewee

from portal import config as settings
from portal.config import Config, ConfigError


class Refusal(Exception):
    """A command that cannot do what was asked; the message says why and what to do."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    arguments = _parser().parse_args(argv)
    try:
        config = settings.load()
        return int(arguments.run(config, arguments) or 0)
    except (ConfigError, Refusal) as error:
        print(error, file=sys.stderr)
    except (peewee.OperationalError, peewee.InterfaceError) as error:
        print(f"The database does not answer: {_in_one_line(error)}", file=sys.stderr)
    return 1


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal", description="The people portal.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[Config, argparse.Namespace], int | None], says: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=says, description=says)
        command.set_defaults(run=run)
        return command

    add("migrate", _migrate, "Create the database, or bring it up to date. Safe to repeat.")
    seed = add("seed", _seed, "Fill an empty portal with the sample company and its people.")
    seed.add_argument("--if-empty", action="store_true", help="do nothing when there are people")
    add("serve", _serve, "Answer requests and do the background work, until told to stop.")
    add("worker", _worker, "Do the background work only (for a second dyno).")
    people = add("import-people", _import_people, "Bring people in from a CSV file, all or none.")
    people.add_argument("file", metavar="FILE", type=Path)
    people.add_argument("--dry-run", action="store_true", help="only say what would happen")
    link = add("sign-in-link", _sign_in_link, "Print a link that signs one person in, once.")
    link.add_argument("email", metavar="EMAIL")
    grant = add("grant", _grant, "Give somebody a right: for the first HR person and admin.")
    grant.add_argument("kind", choices=("hr", "admin", "auditor"))
    grant.add_argument("email", metavar="EMAIL")
    grant.add_argument("--name", default="", help="invites somebody who is not in the portal yet")
    again = add("erase-again", _erase_again, "After a restore: erase whom the erasure list names.")
    again.add_argument("file", metavar="FILE", type=Path)
    doctor = add(
        "doctor", _doctor, "Check settings, database, audit chain and mail; exit 1 on a fault."
    )
    doctor.add_argument(
        "--whole", action="store_true", help="walk the chain from the first event, not the newest"
    )
    return parser


def _open(config: Config) -> None:
    """The application around a command, on a database that is up to date."""
    from portal import models
    from portal.app import create_app

    create_app(config).app_context().push()
    if models.pending():
        raise Refusal("The database is not up to date: run “python -m portal migrate” first.")


def _migrate(config: Config, arguments: argparse.Namespace) -> None:
    from portal import db, models

    db.open_database(config)
    applied = models.migrate()
    print(f"Applied {len(applied)}: {', '.join(applied)}." if applied else "Up to date.")


def _seed(config: Config, arguments: argparse.Namespace) -> None:
    _open(config)
    from portal import seed
    from portal.people.models import Person

    if Person.select().exists():
        if arguments.if_empty:
            return
        raise Refusal("There are people in this portal already; the sample would mix with them.")
    seed.fill()
    print(f"{Person.select().count()} sample people are here.")


def _serve(config: Config, arguments: argparse.Namespace) -> int:
    from portal import queue, serve

    queue.use(config)
    greeting = "Sign in as one of the sample people, say Helen in HR." if config.demo else ""
    return serve.run(config, greeting)


def _worker(config: Config, arguments: argparse.Namespace) -> None:
    from portal import worker

    worker.run(config)


def _import_people(config: Config, arguments: argparse.Namespace) -> None:
    _open(config)
    from portal.people import importing
    from portal.people.tables import read_table

    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be read: {error.strerror}.") from error
    found = importing.dry_run(read_table(content, arguments.file.name))
    for problem in found.problems:
        where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
        print(f"{where}: {problem.message}", file=sys.stderr)
    if found.errors:
        raise Refusal("Nothing was imported. Mend these lines and run it again.")
    if not arguments.dry_run:
        importing.Import.keep(content, arguments.file.name, by=None).apply(by=None)
    print(found.sentence if not arguments.dry_run else f"Would be: {found.sentence}")


def _sign_in_link(config: Config, arguments: argparse.Namespace) -> None:
    _open(config)
    from portal.people.models import Person
    from portal.people.signing import LINK_HOURS, Link

    person = Person.by_email(arguments.email)
    if person is None or not person.is_active:
        raise Refusal(f"Nobody with the address {arguments.email} may sign in.")
    print(f"{config.app_url}/sign-in/link/{Link.make(person)}")
    print(f"Good for {LINK_HOURS} hours and one use. Only {person.called} should have it.")


def _grant(config: Config, arguments: argparse.Namespace) -> None:
    _open(config)
    from portal.forms import is_email
    from portal.people.grants import Grant
    from portal.people.models import Person

    person = Person.by_email(arguments.email)
    if person is None:
        name = arguments.name.strip()
        if not name:
            raise Refusal(f"Nobody has the address {arguments.email}. Add --name to invite them.")
        if not is_email(arguments.email):
            raise Refusal(f"{arguments.email} is not an e-mail address, like name@example.com.")
        if len(name) > 120 or "\n" in name:
            raise Refusal("A name is one line of at most 120 characters.")
        person = Person.invite(by=None, name=name, email=arguments.email)
    if not person.is_active:
        raise Refusal(f"{person.called} has left and may not sign in.")
    if arguments.kind in person.grants:
        print(f"{person.called} has {arguments.kind} already.")
        return
    Grant.give(person, arguments.kind, by=None, starts_on=person.today())
    print(f"{person.called} has {arguments.kind} from today.")


def _erase_again(config: Config, arguments: argparse.Namespace) -> None:
    _open(config)
    from portal.retention import erasing

    try:
        people = erasing.read_list(arguments.file.read_bytes())
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Refusal(str(error)) from error
    done, refused = erasing.replay(people)
    print(f"{len(people)} on the list, {done} erased again.")
    if refused:
        numbers = ", ".join(map(str, refused))
        raise Refusal(f"Not erased, because they are here or held: number {numbers}.")


def _doctor(config: Config, arguments: argparse.Namespace) -> int:
    from portal import doctor

    return doctor.examine(config, whole=arguments.whole)
