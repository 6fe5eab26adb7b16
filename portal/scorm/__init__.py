"""Packages: what a course tool exports, checked in place, stored anew and played elsewhere.

A package is somebody else's JavaScript. It never runs on the portal's host, is never extracted, and
whatever it reports is untrusted input.
"""
