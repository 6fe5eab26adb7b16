"""Demographics: what people say about themselves if they like, kept apart and shown only in sums.

Answers are for the release of figures and nothing else: they are in no file, search, export or
trail, and go when the person does. It never shows a figure of fewer than five people, nor one that
could be found by subtracting.
"""
