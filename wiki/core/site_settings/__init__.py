"""Open folder: what admins set in the browser. Each module lists its `SETTINGS`; no list to edit."""
