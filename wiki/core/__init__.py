"""What every feature stands on: database, rights, HTTP, registries, markup, search. Knows no feature."""
