"""Where pages stand: tree, breadcrumbs, order, moves, tags, templates and trash."""
