"""Who brings packages and looks into them: whoever writes courses. Others meet them as courses."""

from typing import Any

from portal.learning import access as learning
from portal.people.models import Person
from portal.scorm.models import Package


def can_manage(viewer: Person) -> bool:
    """Send, replace, retire and fetch packages."""
    return viewer.is_hr and not viewer.came_by_pass and learning.can_manage(viewer)


def visible_to(viewer: Person) -> Any:
    """The packages the viewer may look into, as a query: for HR all, retired ones among them."""
    packages = Package.select()
    return packages if can_manage(viewer) else packages.where(Package.id == 0)


def can_be_course(package: Package) -> bool:
    """Whether a course can be made of it: it was found good, and is not retired."""
    return package.is_ready and package.retired_at is None


def can_replace(viewer: Person, package: Package) -> bool:
    return can_manage(viewer) and package.retired_at is None
