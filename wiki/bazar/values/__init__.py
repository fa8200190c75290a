"""Values that fields share: vocabularies, formulas, maps, recurrence and uploads."""
