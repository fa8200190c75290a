"""Plain pages, told as stories with the named people of `tests.world`."""
