"""One-on-ones: both read them while they last and after; an erasure of either takes all of it."""

from portal.oneonones import following
from portal.oneonones.models import OneOnOne
from portal.privacy import DELETE, Column, RecordClass

UNTIL = "three years after it ended, or an erasure"

COLUMNS = [
    Column("one_on_one.report", "Who talks with whoever leads them", UNTIL, DELETE),
    Column("one_on_one.lead", "Who leads them", UNTIL, DELETE),
    Column("talk.noted_by", "Who wrote the notes of a talk last", UNTIL, DELETE),
    Column("talk_point.by", "Who raised a point", UNTIL, DELETE),
    Column("talk_point.done_by", "Who ticked a point off", UNTIL, DELETE),
    Column("action.set_by", "Who set an action", UNTIL, DELETE),
    Column(
        "private_note.author", "Whose private note it is", "the end of their access", DELETE
    ),
]  # fmt: skip

RECORDS = [
    RecordClass(
        name="one_on_ones",
        title="One-on-ones",
        holds="What two people prepared, noted and agreed in their talks, for the two alone.",
        model=OneOnOne,
        goes=lambda person_id: (OneOnOne.report == person_id) | (OneOnOne.lead == person_id),
        erase=following.erase,
        own_time="Three years after another leads or one of them has left; private notes when their"
        " author’s access ends.",
        takes_rule=False,
        is_private=True,
    ),
]
