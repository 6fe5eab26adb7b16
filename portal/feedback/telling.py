"""Letters about what was said: one for each, and once more where the first had nothing to say."""

from typing import Any

from portal import clock
from portal.mail.models import Letter


def tell(kind: str, key: str, person_id: int, **facts: Any) -> None:
    """Tell that person. Where their letter came to nothing because what it tells of was taken back
    for a moment, there is another one. Call it inside `db.write()`."""
    if Letter.write(kind, key, person_id, **facts):
        return
    if not Letter.select().where(Letter.is_of(key), Letter.withdrawn_at.is_null()).exists():
        Letter.write(kind, f"{key}:{clock.now().timestamp()}", person_id, **facts)
