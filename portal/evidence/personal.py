"""Packs and auditors: whom they name. What a pack says of others stands in its own file."""

from portal.privacy import PSEUDONYMISE, Column, acted

EVER = "as long as its row"

COLUMNS = [
    Column("pack.person", "Whose evidence it was made of, where it is one person’s", EVER),
    Column("pack_gift.person", "Which auditor may read it", EVER, PSEUDONYMISE),
    Column("auditor.person", "Who audits, as a guest", EVER, PSEUDONYMISE),
    *acted("pack", "asked_by", purpose="Who asked for it"),
    *acted("pack_check", "asked_by", purpose="Who had a pack checked"),
    *acted("pack_gift", "given_by"),
]
