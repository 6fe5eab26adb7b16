"""The bare page, the yardstick of every ratio: what Flask, SQLite and Jinja cost by themselves.

One session look-up, three indexed queries and a template of 20 kB; and a bare POST that writes one
row. It has small tables of its own and is mounted beside the portal, in the same process and on
the same database, by the bench alone: production never imports this file.
"""

from collections.abc import Callable, Iterable
from typing import Any

import peewee
from flask import Flask, abort, redirect, render_template, request, session
from jinja2 import DictLoader

from portal import db

PREFIX = "/bare"
COUNT_HEADER = "HTTP_X_COUNT_QUERIES"
ROWS = 20

TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bare</title></head><body>
<h1>{{ who }}</h1>
{% for rows in lists %}
<table>
{% for row in rows %}
<tr class="{{ loop.cycle('odd', 'even') }}">
<td><a href="/rows/{{ row.id }}" class="a-class-as-pages-have-them">{{ row.name }}</a></td>
<td>{{ row.role }}</td><td><span class="quiet">{{ row.place }}</span></td>
<td><p class="note">Words that stand in every row of the page, as they do in a real one.</p></td>
<td><a class="button button--quiet" href="/rows/{{ row.id }}/edit"><span>Edit</span></a></td>
</tr>
{% endfor %}
</table>
{% endfor %}
</body></html>
"""


class Seat(peewee.Model):
    """Who sits behind a token."""

    token = peewee.CharField(max_length=64, unique=True)
    name = peewee.CharField(max_length=80)

    class Meta:
        database = db.database
        table_name = "bench_seat"


class Row(peewee.Model):
    """What the page lists."""

    shelf = peewee.IntegerField(index=True)
    name = peewee.CharField(max_length=80)
    role = peewee.CharField(max_length=80)
    place = peewee.CharField(max_length=80)

    class Meta:
        database = db.database
        table_name = "bench_row"


TOKEN = "t" * 43
COOKIE = "bare"


def furnish() -> None:
    """Make the tables and fill them."""
    with db.write():
        db.database.create_tables([Seat, Row])
        Seat.create(token=TOKEN, name="Ada & Björn")
        rows = [
            {"shelf": n % 50, "name": f"Name & number {n}", "role": "Engineer", "place": "Berlin"}
            for n in range(50 * ROWS)
        ]
        for batch in peewee.chunked(rows, 200):
            Row.insert_many(batch).execute()


def _who() -> Seat:
    """The session look-up: the cookie's token, found by its index."""
    db.database.connect(reuse_if_open=True)
    seat: Seat = Seat.get_or_none(Seat.token == session.get("token", "")) or abort(401)
    return seat


def sign_in() -> Any:
    session["token"] = TOKEN
    return "in"


def page() -> str:
    who = _who()
    lists = [list(Row.select().where(Row.shelf == shelf)) for shelf in (3, 14, 15)]
    return render_template("bare.html", who=who.name, lists=lists)


def write() -> Any:
    _who()
    with db.database.atomic():
        Row.create(shelf=1_000, name=request.form["name"], role="", place="")
    return redirect(PREFIX, 303)


Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def beside(portal: Flask) -> Application:
    """The portal with the bare page at `/bare`; asked to, an answer tells its count of queries."""
    bare = Flask("bare", static_folder=None)
    bare.jinja_loader = DictLoader({"bare.html": TEMPLATE})  # type: ignore[method-assign]
    bare.config.update(SECRET_KEY=portal.config["SECRET_KEY"], SESSION_COOKIE_NAME=COOKIE)
    bare.add_url_rule("/bare", view_func=page)
    bare.add_url_rule("/bare/sign-in", view_func=sign_in)
    bare.add_url_rule("/bare/rows", view_func=write, methods=["POST"])

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        chosen = bare if environ["PATH_INFO"].startswith(PREFIX) else portal
        if COUNT_HEADER in environ:
            return _counted(chosen, environ, start)
        return chosen.wsgi_app(environ, start)

    return application


def _counted(app: Flask, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    seen: list[Any] = []
    hooks = db.database.obj.query_hooks

    def start_with_count(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start(status, [*headers, ("X-Queries", str(len(seen)))], *more)

    hooks.append(seen.append)
    try:
        return app.wsgi_app(environ, start_with_count)
    finally:
        hooks.remove(seen.append)
