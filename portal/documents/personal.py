"""Documents hold no person's data; who worked on them is part of their history."""

from portal.privacy import PSEUDONYMISE, Column, acted

COLUMNS = [
    Column("document.owner", "Who says whether it is still right", "another owner", PSEUDONYMISE),
    *acted("revision", "published_by"),
    *acted("draft", "saved_by"),
    *acted("aside", "written_by", "set_aside_by"),
    *acted("approval", "asked_by", "written_by", "approver", "decided_by"),
    *acted("confirmation", "confirmed_by"),
]
