"""Doors: who may knock at all. What lies behind a door is the slice's `access.py`.

Every endpoint declares one of three doors, or the start fails. Unsafe requests pass only from the
portal's own pages, so no form needs a token.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.config import Config

View = TypeVar("View", bound=Callable[..., Any])

OPEN, LINK, SIGNED_IN = "open", "link", "signed_in"

# The whole list of what a stranger may knock on. A door opened elsewhere fails the start.
OPEN_DOORS = {
    "assets.serve",
    "assets.hue",
    "frame.health",
    "people.sign_in",
    "people.send_code",
    "people.enter_code",
    "people.check_code",
    "people.sign_in_demo",
    # Whether a certificate of a course is genuine.
    "learning.check_certificate",
    "learning.verify_certificate",
    # In development only.
    "home.design",
}

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def _door(name: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.door = name  # type: ignore[attr-defined]
        return view

    return declare


open_to_all = _door(OPEN)
by_link = _door(LINK)
signed_in = _door(SIGNED_IN)


def also_for(*scopes: str) -> Callable[[View], View]:
    """Somebody who came by a pass for one of these purposes may knock here too."""

    def declare(view: View) -> View:
        view.scopes = frozenset(scopes)  # type: ignore[attr-defined]
        return view

    return declare


def frames_content(view: View) -> View:
    """The page of this view shows a course package, in a frame from the content host."""
    view.frames_content = True  # type: ignore[attr-defined]
    return view


def scopes_here() -> frozenset[str]:
    """The purposes of passes for which the address asked for is open."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "scopes", frozenset())


def init_app(app: Flask, config: Config) -> None:
    app.before_request(_refuse_strange_origin)
    app.before_request(_ask_to_sign_in)
    scheme = urlsplit(config.app_url).scheme
    content_origin = f"{scheme}://{config.content_host}" if config.content_host else ""

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        permissions = "camera=(), microphone=(), geolocation=()"
        if content_origin and _frames_content_here():
            # Nowhere else may anything be framed; and many a course says its last in `unload`.
            headers["Content-Security-Policy"] += f"; frame-src {content_origin}"
            permissions = f"unload=*, {permissions}"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = permissions
        if config.is_production:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response


def _frames_content_here() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "frames_content", False)


def check(app: Flask) -> None:
    """Raise RuntimeError for an endpoint without a door, or with one it may not open."""
    for endpoint, view in app.view_functions.items():
        door = getattr(view, "door", None)
        if door is None:
            raise RuntimeError(f"The endpoint {endpoint} declares no door (portal/doors.py).")
        if door == OPEN and endpoint not in OPEN_DOORS:
            raise RuntimeError(f"The endpoint {endpoint} is not on the list of open doors.")


def _refuse_strange_origin() -> None:
    """Sec-Fetch-Site must say same-origin; where a browser sends none, Origin must be ours.

    `same-site` is refused too: a sibling host name may run somebody else's course.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        if site != "same-origin":
            abort(403)
        return
    origin = urlsplit(request.headers.get("Origin", ""))
    if (origin.scheme, origin.netloc) != (request.scheme, request.host):
        abort(403)


def leads_inside() -> bool:
    """Whether the address asked for lies behind a door that wants a signed-in person."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "door", None) == SIGNED_IN


def _ask_to_sign_in() -> WerkzeugResponse | Response | None:
    if not leads_inside() or current_user.is_authenticated:
        return None
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
