"""Site-wide search: what the index contains, which results each reader may see, and the screens."""
