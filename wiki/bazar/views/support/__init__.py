"""What several views share; nothing here is a view."""
