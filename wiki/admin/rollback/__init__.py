"""All that one person, or those without account, did since a moment, taken back: an open wiki meets robots."""
