"""Trust: the pages on which anyone entitled can check what happened and what was sent.

It reads the trail and the outbox, owns nothing, and is imported by the navigation alone.
"""
