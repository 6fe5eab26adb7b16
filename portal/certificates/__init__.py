"""Certificates: licences and papers from outside that end, who holds which, and who checked them.

What somebody brings counts once HR has confirmed it. It never overwrites what was recorded before,
and never shows a number, an issuer or a file to anybody but its holder and HR.
"""
