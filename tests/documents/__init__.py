"""Small files of each format whose text is read, made by hand: no library writes them for us."""
