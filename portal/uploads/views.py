"""Sending a file in parts; `static/js/uploads.js` is the other side of this."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from portal import doors, forms, web
from portal.people.session import viewer
from portal.uploads import access
from portal.uploads.models import PART_BYTES, Elsewhere, Upload, kinds
from portal.uploads.sniffing import Refused

bp = Blueprint("uploads", __name__)

MAX_SIZE = 2**40


class BeginForm(forms.Form):
    kind = forms.line("Kind", 40, required="Say what it is for.")
    name = forms.line("Name", 250, required="Say what the file is called.")
    size = forms.line("Size", 14, required="Say how large it is.")
    modified = forms.line("Modified", 16)

    def validate_size(self, field: Any) -> None:
        _whole_number(field.data)

    def validate_modified(self, field: Any) -> None:
        _whole_number(field.data or "0")


def _whole_number(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal()):
        raise forms.ValidationError("This is not a whole number.")
    return int(typed)


def _said(upload: Upload, status: int = 200) -> Any:
    said = {"key": upload.key, "received": upload.received, "size": upload.size}
    return jsonify(said | {"name": upload.name, "whole": upload.is_whole}), status


def _refused(sentence: str, status: int = 422) -> Any:
    return jsonify({"error": sentence}), status


@bp.post("/uploads")
@doors.signed_in
def begin() -> Any:
    me = viewer()
    form = web.bind(BeginForm)
    if not form.validate():
        return _refused(next(iter(form.errors.values()))[0])
    kind = kinds.get(form.kind.data)
    web.exists(kind and access.can_send(me, kind))
    assert kind is not None
    size, modified = min(int(form.size.data), MAX_SIZE), int(form.modified.data or 0)
    try:
        upload = Upload.begin(kind, by=me, name=form.name.data, size=size, modified=modified)
    except Refused as error:
        return _refused(str(error))
    return _said(upload, 201)


def _to_send(key: str) -> Upload:
    me = viewer()
    upload = web.get_or_404(access.visible_to(me), key=key)
    web.permit(access.can_send(me, upload.kind_of))
    return upload  # type: ignore[no-any-return]


@bp.get("/uploads/<key>")
@doors.signed_in
def show(key: str) -> Any:
    return _said(_to_send(key))


@bp.post("/uploads/<key>/parts/<int:offset>")
@doors.signed_in
def add_part(key: str, offset: int) -> Any:
    """The body is the part itself. 409 says where to go on when it does not follow."""
    upload = _to_send(key)
    request.max_content_length = PART_BYTES
    try:
        upload.add(offset, request.get_data(cache=False))
    except Elsewhere as error:
        return jsonify({"received": error.received}), 409
    except Refused as error:
        return _refused(str(error))
    except OSError:
        return _refused("There is no room for this file now.", 507)
    return _said(upload)


@bp.post("/uploads/<key>/end")
@doors.signed_in
def finish(key: str) -> Any:
    upload = _to_send(key)
    try:
        upload.finish()
    except Elsewhere as error:
        return jsonify({"received": error.received}), 409
    except Refused as error:
        return _refused(str(error))
    return _said(upload)


@bp.post("/uploads/<key>/cancellation")
@doors.signed_in
def cancel(key: str) -> Response:
    web.get_or_404(access.visible_to(viewer()), key=key).drop()
    return Response(status=204)
