"""Drawing a letter: the same words as text and as HTML, from `templates/emails/`."""

import re
from typing import Any

from flask import current_app

from portal.mail.models import Message


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
