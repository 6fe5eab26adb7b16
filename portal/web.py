"""What every view needs: a thing or 404, a permission or 403, dates as people say them."""

from collections.abc import Collection, Mapping, MutableMapping
from datetime import date, datetime
from typing import Any, TypeVar

import peewee
from flask import Flask, abort, current_app, g, request
from flask.templating import Environment
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter
from wtforms import Form

from portal import clock, db

M = TypeVar("M", bound=peewee.Model)

PAGE_ROWS = 50
LAST_PAGE = 100_000


class Templates(Environment):
    """Templates without globals of their own: Jinja would lay none of them over the environment's
    and walk both at each include and import, which is a twentieth of a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def keep_connections(app: Flask, without: Collection[str]) -> None:
    """SQLite keeps one connection a thread; PostgreSQL's goes back to the pool. The endpoints
    `without` ask no database."""

    @app.before_request
    def connect() -> None:
        if request.endpoint not in without:
            db.database.connect(reuse_if_open=True)

    @app.teardown_appcontext
    def release(error: BaseException | None) -> None:
        if not db.is_sqlite() and not db.database.is_closed() and not db.is_writing():
            db.database.close()


class IdConverter(BaseConverter):
    """`<int:id>`: what a database can hold. A longer number names nothing, so it is a 404."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)


def get_or_404(query: Any, **where: Any) -> Any:
    """The one row of `query` (what the viewer may see) with these values, else 404.

    So what one may not see and what does not exist are the same answer.
    """
    model = query.model
    for name, value in where.items():
        query = query.where(getattr(model, name) == value)
    return query.first() or abort(404)


def exists(visible: Any) -> None:
    """404 unless `visible`: for a page that does not exist for this viewer."""
    if not visible:
        abort(404)


def permit(allowed: Any) -> None:
    """403 unless `allowed`: the viewer sees the thing, but may not do this to it."""
    if not allowed:
        abort(403)


F = TypeVar("F", bound=Form)


def bind(form_class: type[F], data: Mapping[str, Any] | None = None, **kwargs: Any) -> F:
    """The form, filled from the request's body on POST, else from `data`.

    A field that the form does not know is refused (400): nothing is ever assigned by accident. So
    is a file where words belong.
    """
    if request.method != "POST":
        return form_class(data=data, **kwargs)
    body: MultiDict[str, Any] = MultiDict(request.form)
    if request.files:
        _refuse_strange_files(form_class(data=data, **kwargs))
        body.update(request.files)
    form = form_class(body, data=data, **kwargs)
    if unknown := [name for name in body if name not in form._fields]:
        abort(400, f"The form has no field called “{unknown[0][:40]}”.")
    return form


def _refuse_strange_files(form: Form) -> None:
    for name in request.files:
        if name in form and getattr(form[name].widget, "input_type", "") != "file":
            abort(400, f"The field “{name[:40]}” takes no file.")


def number(typed: str) -> int | None:
    """An id typed into an address or a form; None for anything that no row can have."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else None


def secret_keys() -> list[str]:
    """The portal's secret key, then those it had before: changing it ends no link."""
    return [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]


def page_number() -> int:
    """The page asked for with `?page=`, from 1."""
    value = request.args.get("page", "1")[:8]
    return max(1, min(int(value), LAST_PAGE)) if value.isdecimal() else 1


class Page:
    """A slice of a query, with one row more asked for to know whether another page follows."""

    def __init__(self, query: Any, number: int, size: int = PAGE_ROWS) -> None:
        rows = list(query.limit(size + 1).offset((number - 1) * size))
        self.number, self.rows = number, rows[:size]
        self.has_next = len(rows) > size

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def day(value: date | None, today: date | None = None) -> str:
    """`Fri 27 Nov`, with the year when it is not this one's."""
    if value is None:
        return ""
    today = today or viewer_today()
    said = f"{value:%a} {value.day} {value:%b}"
    return said if value.year == today.year else f"{said} {value.year}"


def relative(value: date, today: date | None = None) -> str:
    """`today`, `tomorrow`, `in 6 days`, `3 days ago`."""
    days = (value - (today or viewer_today())).days
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in named:
        return named[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def day_full(value: date | None, today: date | None = None) -> str:
    """`Fri 27 Nov, in 6 days`."""
    return f"{day(value, today)}, {relative(value, today)}" if value else ""


def moment(value: datetime | None, *, year: bool = False) -> str:
    """`Sat 21 Nov, 20:15` in the viewer's zone; with the year always, for what is printed."""
    if value is None:
        return ""
    local = value.astimezone(clock.zone_of(viewer_zone()))
    return f"{day(local.date(), date.min if year else None)}, {local:%H:%M}"


def viewer_zone() -> str:
    """The zone in which this page shows its times."""
    return str(g.get("zone", "UTC"))


def viewer_today() -> date:
    """The date it is for whoever looks at this page."""
    return clock.today(viewer_zone())


def dom_id(thing: Any) -> str:
    """`step-42`: the id of a thing's fragment, and the target of every swap of it."""
    return f"{thing._meta.table_name.replace('_', '-')}-{thing._pk}"


def _refuse_unstorable() -> None:
    """A NUL can stand in an address, and no database can look for it."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in word for pair in request.args.items(multi=True) for word in pair):
        abort(400, "The address contains a NUL character.")


def init_app(app: Flask) -> None:
    """Before any route is added: it decides what an id in an address is."""
    app.url_map.converters["int"] = IdConverter
    app.before_request(_refuse_unstorable)
    app.jinja_env.filters.update(
        day=day, day_full=day_full, relative=relative, moment=moment, dom_id=dom_id
    )
    app.jinja_env.globals.update(dom_id=dom_id, viewer_today=viewer_today)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
