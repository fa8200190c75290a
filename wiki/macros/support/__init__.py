"""What several macros share; nothing here is a macro."""
