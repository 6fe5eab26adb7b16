"""Evidence: what was owed and valid on a day, packed so that it proves itself.

It reads everything and never changes what it reads.
"""
