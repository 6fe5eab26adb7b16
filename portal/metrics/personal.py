"""Metrics: who answers for a number, and who said why it is red. Snapshots hold nobody."""

from portal.privacy import PSEUDONYMISE, TRACE, Column

COLUMNS = [
    Column(
        "measure_terms.owner", "Who answers for a measure", "until another is named", PSEUDONYMISE
    ),
    Column("red_note.by", "Who said why a number is red", TRACE, PSEUDONYMISE),
]
