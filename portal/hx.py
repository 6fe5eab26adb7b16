"""htmx 4 as Flask sees it, and the one way a write answers.

htmx-flask predates htmx 4, so its header class is extended here; views ask
`request.htmx.partial` and nothing else.
"""

from functools import cached_property
from typing import Any

from flask import Flask, Response, flash, redirect, render_template, request, session
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders
from werkzeug.wrappers import Response as WerkzeugResponse


class Headers(HtmxHeaders):
    """What htmx 4 says of a request."""

    @cached_property
    def partial(self) -> bool:
        """Whether a fragment is wanted: a targeted swap, and not a page restored from history."""
        return (
            self._headers.get("HX-Request-Type") == "partial" and not self.history_restore_request
        )

    @cached_property
    def source(self) -> str | None:
        """The element that asked, as `tag#id`."""
        return self._headers.get("HX-Source")

    @cached_property
    def target(self) -> str | None:
        """The element to be replaced, as `tag#id`."""
        return self._headers.get("HX-Target")


class Request(HtmxAwareRequest):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.htmx = Headers(self.headers)


def init_app(app: Flask) -> None:
    Htmx(app)
    app.request_class = Request
    app.add_template_global(drafts_sent)

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(["HX-Request", "HX-Request-Type"])
        return response


def answer(
    fragment: str, *, back: str, say: str = "", undo: str = "", **context: Any
) -> str | WerkzeugResponse:
    """The end of a write: the fragment for htmx, a 303 to `back` for everyone else.

    `say` is a sentence for the toast (or the flash line after the 303); `undo` the address that
    takes the change back.
    """
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template(fragment, **context) + _toast(say, undo)
    if say:
        _flash(say, undo)
    return redirect(back, 303)


def _flash(say: str, undo: str) -> None:
    flash({"text": say, "undo": undo}, "done")  # type: ignore[arg-type]


def _toast(say: str, undo: str) -> str:
    return render_template("_toast.html", say=say, undo=undo) if say else ""


def go(address: str, say: str = "", undo: str = "") -> WerkzeugResponse | Response:
    """Send the browser to another page, htmx or not, with a sentence to show there."""
    if say:
        _flash(say, undo)
    if request.htmx.partial:  # type: ignore[attr-defined]
        return Response("", 200, {"HX-Redirect": address})
    return redirect(address, 303)


def mark_sent(*drafts: str) -> None:
    """What was typed under these names has arrived: whatever is drawn next tells the device, once,
    that it need not keep it. The names are the forms' `data-draft`."""
    session["sent"] = [*session.get("sent", ()), *drafts]


def drafts_sent() -> list[str]:
    """For the template that says so."""
    return session.pop("sent") if "sent" in session else []
