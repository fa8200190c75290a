"""Spreadsheets of Office and OpenDocument as plain tables, read in a limited process and written in a stream.

`reader.py` starts the process; `__main__.py` is what runs in it, with `openxml.py` and `opendocument.py`.
`writer.py` and its formats write.
"""
