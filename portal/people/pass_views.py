"""Coming in by a pass: the link says for whom and what, its button opens that and nothing else."""

from typing import Any

from flask import abort, g, redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors, web
from portal.people.passes import Pass
from portal.people.session import enter
from portal.people.views import bp


def _found(token: str) -> Pass | None:
    given = Pass.find(token, web.secret_keys())
    return given if given and given.kind_of.home else None


@bp.get("/pass/<token>")
@doors.by_link
def open_pass(token: str) -> Any:
    """Looking at a link does nothing, so a mail scanner that follows it does nothing."""
    given = _found(token)
    if given is None:
        return render_template("people/pass_ended.html"), 404
    g.zone = given.person.zone or "UTC"
    other = current_user if current_user.is_authenticated else None
    return render_template("people/pass.html", given=given, other=other)


@bp.post("/pass/<token>")
@doors.by_link
def use_pass(token: str) -> WerkzeugResponse:
    given = _found(token) or abort(404)
    given.note_opened()
    enter(given.person, "pass", given)
    return redirect(given.kind_of.home, 303)
