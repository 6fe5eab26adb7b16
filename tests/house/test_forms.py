"""Fields that every form is made of."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired

from portal.forms import StrictDateField, StrictIntegerField


class Dated(Form):
    on = StrictDateField(validators=[InputRequired("Give a date.")])
    days = StrictIntegerField(validators=[InputRequired("How many?")])


@pytest.mark.parametrize("typed", ["", " ", "\t"])
def test_what_is_required_and_holds_spaces_alone_is_missing(typed: str) -> None:
    form: Any = Dated(MultiDict({"on": typed, "days": typed}))
    assert not form.validate()
    assert form.errors == {"on": ["Give a date."], "days": ["How many?"]}


def test_a_date_is_read_with_what_surrounds_it() -> None:
    form: Any = Dated(MultiDict({"on": " 2026-11-30 ", "days": "3"}))
    assert form.validate()
    assert str(form.on.data) == "2026-11-30"
