"""Policies: texts that people sign. A signature binds exact words, and never changes."""
