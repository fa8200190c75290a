"""The text of files, read in a process of its own that is limited in time, memory and output.

`reader.py` starts that process and judges how it ended; `__main__.py` is what runs in it, with the
modules of the formats, and imports nothing else of the wiki. Who may read a text is others' business."""
