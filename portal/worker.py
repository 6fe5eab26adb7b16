"""The consumer's entry: runs every sweep by the clock until told to stop."""

import logging

from huey.consumer import Consumer

from portal import queue
from portal.app import create_app
from portal.assignments import jobs as assignments
from portal.config import Config
from portal.mail import jobs as mail

# Importing a slice's jobs declares its sweeps.
JOBS = [mail, assignments]
SHUTDOWN_SECONDS = 15


def run(config: Config) -> None:
    """Work until SIGTERM, then finish what is begun. The first beat comes at once."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    app = create_app(config)
    huey = queue.build(config, app.app_context)
    with app.app_context():
        queue.beat()
    consumer = Consumer(
        huey,
        workers=1,
        max_delay=1.0,
        scheduler_interval=1,
        shutdown_timeout=SHUTDOWN_SECONDS,
        graceful_signal="TERM",
    )
    consumer.run()
