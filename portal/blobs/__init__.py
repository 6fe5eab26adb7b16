"""Blobs: content by its hash, kept once however often it is given.

On the disk or in the database, as each row says. It keeps bytes and knows nobody: what a content is
called, what it is and who may have it stands with whatever refers to it. It never trusts what it
reads: every 256 kB are held against their own hash.
"""

from portal.blobs.models import Blob, Damaged, TooLarge
from portal.blobs.places import configure

__all__ = ["Blob", "Damaged", "TooLarge", "configure"]
