"""Drawing a letter: the same words as text and as HTML, from `templates/emails/`."""

from typing import Any

from flask import current_app

from portal.mail.models import Message


def draw(template: str, *, to: str, subject: str, **context: Any) -> Message:
    """The message drawn from `emails/<template>.txt` and `.html`."""
    env = current_app.jinja_env
    context = {"subject": subject, "app_url": current_app.config["APP_URL"], **context}
    return Message(
        to=to,
        subject=subject,
        text=env.get_template(f"emails/{template}.txt").render(context).strip() + "\n",
        html=env.get_template(f"emails/{template}.html").render(context),
    )
