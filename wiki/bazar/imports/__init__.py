"""Entries brought in from a table: read, mapped to fields, tried, saved by a job, taken back.

Every entry is made and changed by `entries.py` and the one save; here is only how it comes in.
"""
