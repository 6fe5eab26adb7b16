"""Drawing a letter: the same words as text and as HTML, from `templates/emails/`."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import current_app

from portal.mail.models import Letter, Message

# The title and the subject of every letter that is nobody’s business but its reader’s: the outbox
# shows both, to HR and the admin, and tells none of them from another.
PRIVATE = "Something for you"
PRIVATE_WORDS = "What this is, and from whom, is for its reader: nobody else reads it here either."


def draw(template: str, *, to: str, subject: str, **context: Any) -> Message:
    """The message drawn from `emails/<template>.txt` and `.html`."""
    env = current_app.jinja_env
    context = {"subject": subject, "app_url": current_app.config["APP_URL"], **context}
    text = env.get_template(f"emails/{template}.txt").render(context).strip()
    return Message(
        to=to,
        subject=subject,
        # What a condition left out leaves its blank lines behind.
        text=re.sub(r"\n{3,}", "\n\n", text) + "\n",
        html=env.get_template(f"emails/{template}.html").render(context),
    )


def only_that(write: Callable[[Letter], Message | None]) -> Callable[[Letter], Message | None]:
    """That there is such a letter, and not a word of it: what the outbox shows of a private one."""

    def shown(letter: Letter) -> Message | None:
        message = write(letter)
        return replace(message, text=PRIVATE_WORDS, html="") if message else None

    return shown
