"""Subscriptions to changes: notifications by mail, at once or in digests, and Atom feeds."""
