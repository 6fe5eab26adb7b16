"""The consumer's entry: runs every sweep by the clock until told to stop."""

import logging
import signal
import sys

import peewee
from huey.consumer import Consumer

from portal import db, models, queue
from portal.app import create_app
from portal.assignments import jobs as assignments
from portal.blobs import jobs as blobs
from portal.careers import jobs as careers
from portal.careers import move_jobs, opening_jobs
from portal.certificates import jobs as certificates
from portal.checklists import jobs as checklists
from portal.compliance import jobs as compliance
from portal.config import Config, ConfigError
from portal.demographics import jobs as demographics
from portal.documents import jobs as documents
from portal.evidence import jobs as evidence
from portal.feedback import jobs as feedback
from portal.goals import jobs as goals
from portal.growth import jobs as growth
from portal.learning import jobs as learning
from portal.learning import practice_jobs
from portal.mail import jobs as mail
from portal.metrics import jobs as metrics
from portal.oneonones import jobs as oneonones
from portal.paths import jobs as paths
from portal.people import jobs as people
from portal.personnel import jobs as personnel
from portal.retention import jobs as retention
from portal.reviews import jobs as reviews
from portal.scorm import jobs as scorm
from portal.scorm import run_jobs
from portal.sessions import jobs as sessions
from portal.uploads import jobs as uploads

# Importing a slice's jobs declares its sweeps.
JOBS = [
    mail,
    assignments,
    documents,
    checklists,
    compliance,
    people,
    personnel,
    certificates,
    demographics,
    uploads,
    blobs,
    retention,
    evidence,
    sessions,
    practice_jobs,
    scorm,
    paths,
    growth,
    careers,
    opening_jobs,
    move_jobs,
    reviews,
    metrics,
    oneonones,
    goals,
    run_jobs,
    feedback,
    learning,
]
SHUTDOWN_SECONDS = 15


def run(config: Config) -> None:
    """Work until SIGTERM, then finish what is begun. The first beat and every sweep come at once.

    Raises ConfigError when the database does not answer or is not up to date.
    """
    # Until the consumer takes over, an order to stop finds nothing begun.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.getLogger("huey").setLevel(logging.WARNING)
    app = create_app(config)
    try:
        with app.app_context():
            if models.pending():
                raise ConfigError("The database is not up to date: run “python -m portal migrate”.")
            queue.beat()
    except peewee.OperationalError as error:
        said = " ".join(str(error).split())[:300]
        raise ConfigError(f"The database does not answer: {said}") from error
    huey = queue.build(config, app.app_context)
    consumer = Consumer(
        huey,
        workers=1,
        max_delay=1.0,
        scheduler_interval=1,
        shutdown_timeout=SHUTDOWN_SECONDS,
        graceful_signal="TERM",
    )
    queue.stop_with(consumer.stop_flag)
    db.give_way()
    queue.catch_up(huey)
    consumer.run()
