"""Several do something at the same moment."""

import threading
from typing import Any

from portal import db


def at_once(*things: Any) -> list[Any]:
    """Each in a thread of its own, begun together; what they returned or raised."""
    ready, found = threading.Barrier(len(things)), []

    def run(thing: Any) -> None:
        ready.wait()
        with db.database.connection_context():
            try:
                found.append(thing())
            except Exception as error:
                found.append(type(error))

    threads = [threading.Thread(target=run, args=(thing,)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
