"""Questionnaires: questions written in Markdown, one form to answer them, and what becomes of it.

Whoever fills one says it once: drafts are never lost, what was sent never changes, and who reads
it is said beforehand. Nothing here is anonymous, and nothing is graded: surveys and quizzes stand
on these questions and have their own rules.
"""
