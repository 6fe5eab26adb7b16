"""Packages as HR sends them, checked or not yet."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from portal.scorm import checking, packages
from portal.scorm.models import Package
from portal.uploads.models import Upload, kinds
from tests.scorm import builders


@pytest.fixture
def sent(world: Any, who: SimpleNamespace) -> Callable[..., Package]:
    """`sent(content)`: a package that Helen has sent and nobody has checked."""

    def send(content: bytes | None = None, name: str = "fire-safety.zip") -> Package:
        content = builders.single() if content is None else content
        upload = Upload.of_file(io.BytesIO(content), name, kinds[packages.UPLOAD], by=who.helen)
        package = packages.receive(upload, by=who.helen)
        assert package is not None
        return package

    return send


@pytest.fixture
def packaged(sent: Callable[..., Package]) -> Callable[..., Package]:
    """`packaged(content)`: a package that was sent and checked."""

    def make(content: bytes | None = None, name: str = "fire-safety.zip") -> Package:
        package = sent(content, name)
        checking.check_due()
        return again(package)

    return make


def again(package: Package) -> Package:
    """As the database has it now."""
    return Package.get_by_id(package.id)  # type: ignore[no-any-return]
