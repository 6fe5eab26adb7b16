"""The values that ship: few, short to name, and two sentences each."""

import re
from pathlib import Path

import pytest

from portal.documents.parser import read
from portal.documents.terms import COMMON_KEYS
from portal.feedback.values import parse_values

pytestmark = pytest.mark.one_database

VALUES = Path(__file__).resolve().parents[2] / "content" / "values" / "our-values.md"


def test_the_values_are_read_without_a_remark() -> None:
    source = read(VALUES.read_text(encoding="utf-8"))
    assert source.problems == [] and parse_values(source).problems == []
    assert source.meta["kind"] == "values" and set(source.meta) <= COMMON_KEYS
    assert source.meta["owner"] == "@hr" and source.meta["summary"].endswith(".")


def test_the_values_are_few_and_say_in_two_sentences_what_they_mean() -> None:
    values = parse_values(read(VALUES.read_text(encoding="utf-8"))).structure["values"]
    assert 4 <= len(values) <= 6
    for value in values:
        assert len(value["name"]) <= 25, "a name fits a button on a phone"
        assert len(re.findall(r"[.!?](?:\s|$)", value["words"])) == 2, value["words"]
        assert len(value["words"]) <= 160, value["words"]
