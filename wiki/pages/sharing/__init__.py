"""Sharing pages: share links, QR codes, and what crawlers may read."""
