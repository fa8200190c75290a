"""What keeps a station alive: what is missing, the gardeners' weekly mail, mandates that end, how people feel."""
