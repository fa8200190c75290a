"""From a search box to ranked hits: parse, correct, expand, match, rank, show."""
