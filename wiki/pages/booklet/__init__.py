"""Pages bound together for who may read them: to read at a stretch, to print, as EPUB and as PDF."""
