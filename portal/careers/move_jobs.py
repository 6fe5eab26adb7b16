"""Moves that nobody can decide any more end; who may decide by now is asked."""

from portal import queue
from portal.careers.models import Move


@queue.sweep(minutes=60)
def follow_moves() -> None:
    Move.follow_all()
