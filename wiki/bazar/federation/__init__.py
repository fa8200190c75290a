"""Forms and entries of other wikis: their addresses, what their programs' interfaces say, and what is kept of it.

All of it is what a stranger wrote: text without markup, links to that very site, sizes that are bounded.
"""
