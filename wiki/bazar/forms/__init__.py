"""Forms: loading them with their rights, validating and changing their definition."""
