"""What this room gives to the lists of kinds: the quarterly review, and its letters."""

from portal.metrics import letters, quarterly

DOCUMENTS = quarterly.DOCUMENTS
LETTERS = letters.LETTERS
