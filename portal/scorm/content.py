"""The second application: what runs on the content host, and nothing else.

It answers under the secret address of a run: the wrapper, the package's files, its commits; and
gives out the runtime. It knows no cookie and no session, so what runs there can use none. A
package is somebody else's JavaScript: here it may do what it likes, and finds nothing.
"""

import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Request, Response, abort, current_app, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from portal import packing, web
from portal.config import Config
from portal.scorm import runs, runtime, serving, steering, tracking
from portal.scorm.datamodel import MAX_SUSPEND_CHARS, Refused
from portal.scorm.launching import (
    BROWSE,
    REVIEW,
    Learner,
    launch_state,
    mode_of,
    shared_data,
    starts_anew,
)
from portal.scorm.models import Run

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# A million characters of suspend data, most of them beyond ASCII.
MAX_COMMIT_BYTES = 4 * MAX_SUSPEND_CHARS

# What a course needs; it may not take the window it is shown in elsewhere.
SANDBOX = (
    "sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"
)
WRAPPER = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
    "frame-src 'self'", "img-src 'self' data:", "form-action 'none'", "base-uri 'none'",
)  # fmt: skip
# Courses write into their own pages, and fetch fonts and films from where they like.
COURSE = (
    "default-src 'self' https: data: blob: 'unsafe-inline' 'unsafe-eval'", "object-src 'self'",
    "worker-src 'self' blob:", "form-action 'self'",
)  # fmt: skip

SAID = {
    runs.EXITED: "This course was closed. Open it from its page in the portal to go on.",
    runs.REPLACED: "This course was opened in another window, and goes on there. Nothing is saved"
    " from this one any more.",
    runs.REVOKED: "This course can no longer be opened here.",
    runs.SILENT: "Nothing was heard from this window for hours, so it was closed. What was saved"
    " until then is kept: open the course from its page in the portal to go on.",
    "": "There is nothing here. Open the course from its page in the portal.",
}
STATUS = {"": 404, runs.REPLACED: 409}

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def create(config: Config) -> Flask:
    """The content host's application; the database is bound by the portal's."""
    app = Flask("content", template_folder=str(TEMPLATES), static_folder=None)
    scheme = "https" if config.is_production else "http"
    runs.configure(config.content_host, scheme)
    app.config.update(
        TRUSTED_HOSTS=[config.content_host],
        MAX_CONTENT_LENGTH=MAX_COMMIT_BYTES,
        PORTAL_ORIGIN=config.app_url,
        ORIGIN=runs.content_origin(),
        IS_PRODUCTION=config.is_production,
    )
    # A path is a path of the package: nobody is sent elsewhere for a second slash.
    app.url_map.merge_slashes = False
    app.before_request(_refuse_strangers)
    web.keep_connections(app, without=("asset",))
    app.extensions["runtime"] = runtime.read()
    app.add_url_rule("/assets/<digest>/<name>", "asset", asset)
    app.add_url_rule("/run/<token>/", "wrapper", wrapper)
    app.add_url_rule("/run/<token>/f/<path:path>", "file", serve_file)
    app.add_url_rule("/run/<token>/commit", "commit", commit, methods=["POST"])
    packing.init_app(app)
    app.after_request(_harden)
    app.register_error_handler(HTTPException, _say_error)
    app.register_error_handler(Exception, _say_crash)
    return app


def beside(portal: WsgiApp, content: WsgiApp, content_host: str, scheme: str) -> WsgiApp:
    """Both applications as one: the content host's name reaches the one, any other the portal."""
    wanted = _name(content_host, scheme)

    def dispatch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = _name(environ.get("HTTP_HOST", ""), scheme)
        return (content if asked == wanted else portal)(environ, start_response)

    return dispatch


def _name(host: str, scheme: str) -> str:
    default = ":443" if scheme == "https" else ":80"
    return host.lower().removesuffix(default)


# ── Doors ──────────────────────────────────────────────────────────────────────────────────────


def _refuse_strangers() -> None:
    if request.headers.get("Service-Worker"):
        # One that is registered here would answer for other courses.
        abort(403)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    # The address is the secret and there is no cookie: this is the second lock, not the first.
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", _own_origin())
    if site != "same-origin" or origin != _own_origin():
        abort(403)


def _own_origin() -> str:
    return str(_config("ORIGIN"))


def _config(name: str) -> Any:
    return current_app.config[name]


def _harden(response: Response) -> Response:
    headers, portal = response.headers, _config("PORTAL_ORIGIN")
    if request.endpoint == "file":
        policy = (*COURSE, f"frame-ancestors 'self' {portal}", SANDBOX)
    else:
        policy = (*WRAPPER, f"frame-ancestors {portal}", SANDBOX)
    headers["Content-Security-Policy"] = "; ".join(policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "unload=*, camera=(), microphone=(), geolocation=()"
    if _config("IS_PRODUCTION"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response


def _run(token: str, find: Callable[[str], Run | None] = runs.look_up) -> Run:
    """The run of that address; else it is said why there is none (any more)."""
    run = find(token)
    why = runs.why_not(run) if run else ""
    if run is None or why:
        raise _Over(why if run else "")
    return run


class _Over(HTTPException):
    """The address opens nothing (any more)."""

    def __init__(self, why: str) -> None:
        super().__init__(SAID[why])
        self.why = why
        self.code = STATUS.get(why, 410)


def _say_error(error: HTTPException) -> Response | tuple[Any, int]:
    code = error.code or 500
    words = error.description if isinstance(error, _Over) else ""
    if isinstance(error, RequestEntityTooLarge):
        words = "What this course wants to keep is too large."
    words = words or {403: "This is not allowed.", 404: SAID[""]}.get(code, "That did not work.")
    why = error.why if isinstance(error, _Over) else ""
    if request.endpoint == "commit":
        return {"refused": words, "why": why or "unknown"}, code
    if request.endpoint == "wrapper":
        shown = {"over": words, "why": why, "portal": _config("PORTAL_ORIGIN"), "asset": _asset}
        return render_template("scorm/run.html", **shown), code
    return Response(words, code, content_type="text/plain; charset=utf-8")


def _say_crash(error: Exception) -> tuple[Any, int]:
    # Not the path: it holds the token.
    logging.getLogger(__name__).exception("an answer failed: content %s", request.endpoint)
    return {"refused": "Something went wrong on our side.", "why": "crash"}, 500


# ── Answers ────────────────────────────────────────────────────────────────────────────────────


def asset(digest: str, name: str) -> Response:
    return _shelf().answer(digest, name) or abort(404)


def _shelf() -> runtime.Shelf:
    return current_app.extensions["runtime"]  # type: ignore[no-any-return]


def _asset(name: str) -> str:
    return _shelf().url(name)


def wrapper(token: str) -> str:
    """The page around the course: it holds the API, and the state to begin with."""
    run = _run(token)
    steers = tracking.launch(run)
    return render_template(
        "scorm/run.html", state=state_of(run, steers), asset=_asset, title=run.package.title
    )


def state_of(run: Run, steers: steering.Steering) -> dict[str, Any]:
    """All the wrapper needs to begin, so that the API answers at once and without asking."""
    node = steering.node_of(run, run.item) if run.item else None
    row, mode = tracking.item_of(run), mode_of(run)
    is_resumed = mode == REVIEW or steers.navigator.is_resumed(run.item)
    if mode == BROWSE or starts_anew(steers.standard, row, is_resumed):
        row = None
    learner = Learner.of(run.person)
    stores = steers.stores()
    return {
        "standard": steers.standard,
        "portal": _config("PORTAL_ORIGIN"),
        "session": run.session,
        "mode": mode,
        "title": run.package.title,
        "item": run.item,
        "item_title": node["title"] if node else "",
        "type": (node.get("type") or "sco") if node else "",
        "url": address_of(node) if node else "",
        "elements": launch_state(
            steers.standard, node or {}, learner, mode, row, is_resumed,
            steers.navigator.objectives(run.item),
        ),
        "suspend": json.loads(row.suspend) if row else "",
        "shared": shared_data(node or {}, stores),
        "is_last": len(steering.items(run)) == 1,
        **steers.picture(),
    }  # fmt: skip


def address_of(node: dict[str, Any]) -> str:
    """Where an item lies, relative to the wrapper, with the parameters its manifest gives."""
    params = (node.get("params") or "").lstrip("&")
    if params and params[0] not in "?#":
        params = f"?{params}"
    return "f/" + quote(node["href"], safe="/~!$&'()*+,;=:@") + params


def serve_file(token: str, path: str) -> Response:
    run = _run(token, runs.look_up_for_files)
    member = serving.find(run.package_id, path)
    if member is None:
        return Response(
            "The course has no such file.", 404, content_type="text/plain; charset=utf-8"
        )
    return serving.answer(run.package, member, request.environ)  # type: ignore[no-any-return]


def commit(token: str) -> tuple[dict[str, Any], int]:
    run = _run(token)
    try:
        return tracking.take_commit(run, _payload(request)), 200
    except Refused as refused:
        return {"refused": str(refused), "why": "invalid"}, 422
    except tracking.Moved:
        return {"refused": "The course has gone on to another part.", "why": "moved"}, 409
    except tracking.Ended:
        raise _Over(runs.EXITED) from None
    except tracking.Replaced:
        return {"refused": SAID[runs.REPLACED], "why": runs.REPLACED}, 409


def _payload(asked: Request) -> Any:
    try:
        return json.loads(asked.get_data())
    except (ValueError, RecursionError):
        raise Refused("A commit is JSON.") from None
