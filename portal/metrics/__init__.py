"""Metrics: each number with its definition, owner, target and what it was; nobody's own data.

A measure counts per person; groups are sums of what was counted, and are never shown where somebody
could be worked out of them. The room reads everything and owns only snapshots, owners and notes.
"""
