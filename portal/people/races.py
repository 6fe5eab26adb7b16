"""Two people giving the same name at once: the slower one is told so, and nothing fails.

A form looks first whether a name is taken, which is what people see. Between that look and the
write somebody else can be faster; then the database refuses, and its word is said at the field.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

# As SQLite and as PostgreSQL say which columns would be there twice.
_COLUMNS = re.compile(r'UNIQUE constraint failed: ([\w., ]+)|unique constraint "(\w+)"')
# Where the unique column is not the one that was typed.
_TYPED = {"folded": "name"}


@contextmanager
def twins(form: Any, **said: str) -> Iterator[None]:
    """`with twins(form, email="Somebody else has this address."):` around the verb.

    The names are those of unique columns. A refusal that names none of them is no race, and goes
    on.
    """
    try:
        yield
    except peewee.IntegrityError as error:
        found = _COLUMNS.search(str(error))
        columns = (found[1] or found[2]) if found else ""
        column = next((name for name in said if name in columns), None)
        if column is None:
            raise
        form._fields[_TYPED.get(column, column)].errors = [said[column]]
