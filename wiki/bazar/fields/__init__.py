"""Open folder: the types of field. One class a file, one template, one test; no list to edit."""
