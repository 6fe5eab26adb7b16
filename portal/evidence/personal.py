"""Packs and auditors: whom they name. What a pack says of others stands in its own file."""

from portal.evidence.models import Pack
from portal.evidence.unnaming import naming, take_names_out
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted

EVER = "as long as its row"

COLUMNS = [
    Column("pack.person", "Whose evidence it was made of, where it is one person’s", EVER),
    Column("pack_gift.person", "Which auditor may read it", EVER, PSEUDONYMISE),
    Column("auditor.person", "Who audits, as a guest", EVER, PSEUDONYMISE),
    *acted("pack", "asked_by", purpose="Who asked for it"),
    *acted("pack_check", "asked_by", purpose="Who had a pack checked"),
    *acted("pack_gift", "given_by"),
]

RECORDS = [
    RecordClass(
        name="packs",
        title="Names in evidence packs",
        holds="Names, details and files that people brought, in packs that are kept here.",
        model=Pack,
        goes=lambda person_id: Pack.id.in_(naming(person_id)),
        erase=take_names_out,
        stays="The pack stays without its files of names, for everybody in it, and proves as much"
        " as before. Whoever fetched it has what they fetched.",
        batch=1,
    ),
]
