"""Feedback: praise, feedback at any time or on request, and a word to managers who are silent.

It is never anonymous, and never read by HR: who reads a text stands on its form before it is sent.
"""
