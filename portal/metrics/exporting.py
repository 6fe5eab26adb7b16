"""Tables of metrics as files: exactly the rows of the page, as CSV or as a workbook.

Nothing in them is computed by a spreadsheet: in CSV what looks like a formula is quoted, as in
every export; in a workbook it is a cell of words.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from flask import Response

from portal import clock, text
from portal.metrics import words
from portal.metrics.drill import Row
from portal.metrics.exploring import Page, Reading
from portal.metrics.measure import MEDIAN, Measure
from portal.people.tables import write_table

CSV, XLSX = "csv", "xlsx"
FORMS = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A workbook's own limit for a name of a sheet, and characters it does not take.
MAX_SHEET_NAME = 31
Value = str | float | None


@dataclass(frozen=True)
class Sheet:
    """A table with its name; a value that is a number is one in a workbook, too."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


def answer(sheet: Sheet, form: str) -> Response:
    """The file, to be saved."""
    content = workbook(sheet) if form == XLSX else comma_separated(sheet)
    name = f"{text.slugify(sheet.title)}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=FORMS[form], headers=headers)


def comma_separated(sheet: Sheet) -> bytes:
    return write_table(sheet.columns, [[_typed(cell) for cell in row] for row in sheet.rows])


def _typed(cell: Value) -> str:
    if cell is None:
        return ""
    # As many digits as a spreadsheet keeps, so that both files hold the same number.
    return cell if isinstance(cell, str) else f"{cell:.15g}"


def workbook(sheet: Sheet) -> bytes:
    """One sheet, written row by row, so that its size is none of the memory's."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    # Otherwise two exports of the same numbers would differ.
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    page = book.add_worksheet(_sheet_name(sheet.title))
    page.freeze_panes(1, 0)
    page.set_column(0, 0, 32)
    page.set_column(1, max(1, len(sheet.columns) - 1), 16)
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, cell)
            elif cell is not None:
                page.write_number(number, column, cell)
    book.close()
    return file.getvalue()


def _sheet_name(title: str) -> str:
    plain = "".join(" " if char in "[]:*?/\\'" else char for char in title)
    return " ".join(plain.split())[:MAX_SHEET_NAME] or "Numbers"


# -- what the pages show ------------------------------------------------------------------------


def _number(measure: Measure, told: Any) -> list[Value]:
    """Value, hits, of and people of what is told; nothing of what is not. What a room tells as a
    sum is not counted by person."""
    if told is None or told.is_hidden:
        return [None, None, None, None]
    people = None if measure.ready else told.people
    return [
        None if one is None else round(float(one), 2)
        for one in (told.value, told.hits, told.of, people)
    ]


def of_readings(title: str, readings: Sequence[Reading]) -> Sheet:
    """The rows of the page of all measures."""
    columns = (
        "group", "measure", "said", "value", "unit", "counted", "of", "people", "target",
        "misses its target", "a period before", "in a sentence",
    )  # fmt: skip
    rows: list[list[Value]] = []
    for one in readings:
        value, hits, of, people = _number(one.measure, one.told)
        before = _number(one.measure, one.before)[0]
        rows.append(
            [
                words.GROUP_TITLES[one.measure.group],
                one.measure.title,
                one.value,
                value,
                one.measure.unit,
                hits,
                of,
                people,
                one.target,
                "" if one.target is None else "yes" if one.is_red else "no",
                before,
                one.sentence,
            ]
        )
    return Sheet(title, columns, rows)


def of_page(page: Page, filter_title: str = "") -> Sheet:
    """The table of one measure: its groups where it is filtered, else its months."""
    measure = page.reading.measure
    first = filter_title.lower() or "day"
    columns: tuple[str, ...] = (first, "said", "value", "unit", "counted", "of", "people")
    rows: Sequence[tuple[str, Any]] = (
        page.rows if page.asked.by else [(f"{row.on}", row) for row in page.months]
    )
    table: list[list[Value]] = []
    for label, row in rows:
        value, hits, of, people = _number(measure, row)
        table.append([label, words.value(measure, row), value, measure.unit, hits, of, people])
        if page.before:
            table[-1].append(_number(measure, page.before.get(row.cell))[0])
    if page.before:
        columns = (*columns, "a period before")
    # Groups are of one day, which their table does not say.
    of_what = [page.chosen, f"by {first}", f"{page.on or ''}"] if page.asked.by else []
    return Sheet(" ".join(filter(None, [measure.title, *of_what])), columns, table)


def of_people(measure: Measure, on: date, rows: Sequence[Row]) -> Sheet:
    """The people behind a number, as the list shows them."""
    if measure.kind == MEDIAN:
        table: list[list[Value]] = [
            [row.name, row.email, value] for row in rows for value in row.values
        ]
        columns: tuple[str, ...] = ("person", "e-mail", measure.unit)
    else:
        table = [[row.name, row.email, row.hits, row.of] for row in rows]
        columns = ("person", "e-mail", "counted", "of")
    return Sheet(f"{measure.title} people {on}", columns, table)
