"""Documents: what HR writes, as Markdown with front matter, in numbered revisions.

A policy, a plan, a form, a letter is a document of some kind. The text a person typed is the
truth; everything else about it is read from that text again. A published revision never changes.

Documents never hold a person's data (a letter is a template), never know which kinds there are,
and never decide what publishing one does: each kind brings its own parser and says so itself.
"""
