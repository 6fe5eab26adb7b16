"""Learning: courses of every format, attempts at them, and what was completed.

A course is a document of kind `course`; its `format` says how it is taken. An attempt stays on the
text it was begun with; a completion is the fact that proves it, and never changes. This room never
asks what a package or a session is: formats are declared by the rooms that know.
"""
