"""Retention: how long each class of record is kept, what holds it, what was purged.

The records belong to other rooms; it never knows what stands in them.
"""
