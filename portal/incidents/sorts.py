"""The two sorts of incident: what is asked of each, who looks at it, and how soon."""

from dataclasses import dataclass

NEAR_MISS = "near_miss"


@dataclass(frozen=True)
class Sort:
    """`function` is the one whose holders read it beside HR; within `days` somebody answers."""

    name: str
    title: str
    icon: str
    lead: str
    function: str
    days: int
    asks: str
    outcomes: dict[str, str]
    asks_whom: str


SORTS = {
    sort.name: sort
    for sort in (
        Sort(
            name="safety",
            title="Safety",
            icon="triangle-alert",
            lead="Somebody was hurt, something broke, or it nearly came to that.",
            function="safety",
            days=2,
            asks="Was anybody hurt?",
            outcomes={
                NEAR_MISS: "Nobody: it was a near miss",
                "first_aid": "Yes, and first aid was enough",
                "doctor": "Yes, and a doctor was needed",
                "unknown": "I do not know",
            },
            asks_whom="Who was hurt, and how",
        ),
        Sort(
            name="data",
            title="Data",
            icon="file-lock",
            lead="Something was lost, sent to the wrong person, or seen by somebody else.",
            function="legal",
            days=1,
            asks="Whose data was it?",
            outcomes={
                NEAR_MISS: "Nobody’s in the end: a near miss",
                "colleagues": "Colleagues’",
                "others": "Customers’, applicants’ or somebody else’s",
                "unknown": "I do not know",
            },
            asks_whom="Which data, and of how many people",
        ),
    )
}
