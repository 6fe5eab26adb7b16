"""Compliance: who has to have done what by when, again and again, and who had on any day.

It never knows what is required: policies, certificates and lists bring that as kinds.
"""
