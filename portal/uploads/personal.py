"""Files on their way: whose they are."""

from portal.privacy import DELETE, Column

COLUMNS = [
    Column("upload.owner", "Who is sending a file", "2 days, or until it is used", DELETE),
]
