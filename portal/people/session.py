"""Who looks: the cookie's token becomes a person at every request, or nobody."""

import re
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors
from portal.people.models import Person
from portal.people.passes import Pass
from portal.people.passes import kinds as pass_kinds
from portal.people.signing import Device

MAX_NEXT_CHARS = 1_000


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.id_attribute = "session_key"
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask)

    @app.before_request
    def keep_within_the_pass() -> WerkzeugResponse | None:
        """Whoever came by a pass finds what it is for; the rest of the portal does not exist."""
        if not doors.leads_inside() or not current_user.is_authenticated:
            return None
        scope = current_user.device.scope
        if not scope or scope in doors.scopes_here():
            return None
        if request.path == "/" and request.method == "GET":
            return redirect(pass_kinds[scope].home, 303)
        return abort(404)

    @app.before_request
    def know_the_viewer() -> None:
        # Assets, `/healthz` and other open doors neither ask who looks nor write that they did.
        if doors.leads_inside() and current_user.is_authenticated:
            g.zone = current_user.zone or "UTC"
            current_user.device.touch()


def _load(token: str) -> Person | None:
    person = Device.person_of(token)
    if person is not None:
        person.session_key = lambda: token
    return person


def _ask() -> WerkzeugResponse | Response:
    """To the sign-in page, and back to where they wanted to go afterwards."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = url_for("people.sign_in", next=wanted or None)
    if request.htmx.partial:  # type: ignore[attr-defined]
        return Response("", 401, {"HX-Redirect": url_for("people.sign_in")})
    return redirect(target, 303)


def enter(person: Person, how: str, given: Pass | None = None) -> None:
    """Sign the person in on this browser, with a token that was never used before; by a pass, only
    to what that opens."""
    session.clear()
    token = Device.sign_in(
        person,
        how=how,
        agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
        given=given,
    )
    person.session_key = lambda: token
    session.permanent = True
    # A leaver is no longer active, and a pass for their papers is for exactly them.
    login_user(person, force=given is not None)


def leave() -> None:
    """Sign this browser out: the row is revoked, so a copied cookie is worth nothing."""
    current_user.device.revoke(by=current_user)
    token = current_user.session_key()
    logout_user()
    session.clear()
    session["last"] = token


def last_token() -> str:
    """What this browser was signed in with before; by now it opens nothing."""
    return str(session.get("_user_id") or session.get("last") or "")


def viewer() -> Person:
    """The person who looks at this page. Only views and their forms ask; everything below gets it
    handed over."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def safe_next(target: str) -> str:
    """A path of this portal, whatever was asked for; the first page when it is none."""
    # Browsers drop tabs and line ends and read a backslash as a slash, so none of them may stand
    # here; and the cookie that remembers the path has room for so much.
    is_plain = len(target) <= MAX_NEXT_CHARS and not re.search(r"[\x00-\x20\x7f\\]", target)
    if not is_plain or not target.startswith("/") or target.startswith("//"):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    return target if not parts.scheme and not parts.netloc else "/"
