"""Images: what may be shown, their metadata and their thumbnails."""
