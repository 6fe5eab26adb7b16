"""What feedback does by the clock: managers who were silent for long are asked for a word."""

from portal import queue
from portal.feedback import prompting


@queue.sweep(minutes=60)
def ask_for_a_word() -> None:
    prompting.follow()
    prompting.ask_managers()
