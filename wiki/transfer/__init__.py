"""In and out: imports, backups, the demo network. All that comes in ends in `pages.save`."""
