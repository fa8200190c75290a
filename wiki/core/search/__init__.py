"""Full-text search: one analysis and one pipeline above interchangeable engines (an open folder).

Rights, pages and templates stay with the callers; the index knows documents, not readers."""
