"""What of the database is indexed: pages, files and comments as documents."""
