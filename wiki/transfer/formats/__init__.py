"""Open folder: formats that content comes in from."""
