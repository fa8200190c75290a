"""People, groups, sessions and tokens: identity and authentication."""
