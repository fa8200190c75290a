"""Writing one page together: a shared document, a log of its updates as the bus, and what plain saves bring into it."""
