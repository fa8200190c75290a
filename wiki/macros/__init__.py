"""Open folder: what `{{…}}` can be in a page, and what a station's platforms are made of."""
