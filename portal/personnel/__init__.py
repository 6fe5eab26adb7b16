"""The personnel file: contracts, permits, payslips, and who may see each of them.

A paper is replaced or removed, never changed into another; what is past its time is let go by a
sweep. It never says what anybody answered about themselves, and never shows a person to their
colleagues.
"""
