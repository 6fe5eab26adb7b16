"""The field of a form in which somebody chooses a file, with JavaScript or without."""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import Field, Form
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from portal.people.models import Person
from portal.uploads.models import FORM_FILE_BYTES, MEGABYTE, Upload, UploadKind, kinds
from portal.uploads.sniffing import Refused, endings, listing

GONE = "This file waited too long or was used already. Choose it again."


class UploadField(Field):
    """A file that comes with the form, or the key of one that was sent before in parts.

    Both come under the field's one name. Ask `receive(form, by=…)` before `validate()`; what is
    then in `upload` waits on, so that a form with another mistake does not lose it.
    """

    widget = FileInput()

    def __init__(self, label: str, kind: str, required: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.kind_name, self.missing = kind, required
        self.upload: Upload | None = None
        self.file: FileStorage | None = None
        self.key = ""
        if required:
            self.flags.required = True

    @property
    def kind(self) -> UploadKind:
        return kinds[self.kind_name]

    @property
    def accept(self) -> str:
        return endings(self.kind.sorts)

    @property
    def taken(self) -> str:
        """What may be chosen, in words."""
        return f"{listing(self.kind.sorts)}, up to {self.kind.max_bytes // MEGABYTE} MB."

    @property
    def form_megabytes(self) -> int:
        return min(FORM_FILE_BYTES, self.kind.max_bytes) // MEGABYTE

    def process_formdata(self, valuelist: list[Any]) -> None:
        for value in valuelist:
            if isinstance(value, FileStorage):
                self.file = value if value.filename else self.file
            elif value:
                self.key = str(value)[:60]

    def take(self) -> bool:
        """The file goes where it belongs (see `Upload.take`)."""
        return self.upload is not None and self.upload.take()

    def pre_validate(self, form: Form) -> None:
        if self.upload is None and self.missing and not self.process_errors:
            raise ValidationError(self.missing)

    def _value(self) -> str:
        return self.upload.key if self.upload else ""


def receive(form: Form, *, by: Person) -> None:
    """Take in what was sent with the form. What cannot be taken is said at its field."""
    for field in form:
        if isinstance(field, UploadField):
            field.process_errors = list(field.process_errors)
            try:
                field.upload = _receive(field, by)
            except Refused as error:
                field.process_errors.append(str(error))


def _receive(field: UploadField, by: Person) -> Upload | None:
    if not field.kind.may(by):
        raise Refused("This is not yours to send.")
    if field.file is not None:
        return Upload.of_file(field.file.stream, field.file.filename or "", field.kind, by=by)  # type: ignore[arg-type]
    if not field.key:
        return None
    found = Upload.whole(field.key, field.kind, by=by)
    if found is None:
        raise Refused(GONE)
    return found
