"""The envelope of everything with an address: pages, their revisions, links, tags, files and history."""
