"""People, groups, sessions and tokens: who acts, and how they prove it."""
