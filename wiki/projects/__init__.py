"""Projects and their central stations: who is in, what the platforms are, what leaves next."""
