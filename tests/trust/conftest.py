"""The same running checklist as in tests/checklists."""

from tests.checklists.conftest import running, steps

__all__ = ["running", "steps"]
