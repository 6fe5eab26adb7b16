"""Reviews: who was reviewed by whom. What was written stands in forms, which keep it."""

from portal.privacy import PSEUDONYMISE, Column, acted

UNTIL = "as long as the forms it ties together"

COLUMNS = [
    Column("cycle.person", "Whose day a cycle of one began with", UNTIL, PSEUDONYMISE),
    *acted("cycle", "begun_by"),
    Column("review.person", "Whom a review is about", UNTIL, PSEUDONYMISE),
    Column("review.lead", "Who reviews them", UNTIL, PSEUDONYMISE),
    *acted("review", "skipped_by"),
    Column("review_part.author", "Who fills a form of a review", UNTIL, PSEUDONYMISE),
    Column("nominee.person", "Who is asked what they say of a colleague", UNTIL, PSEUDONYMISE),
    *acted("nominee", "nominated_by", "approved_by"),
]  # fmt: skip

RECORDS: list[object] = []
