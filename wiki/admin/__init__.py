"""The site's administration: what admins see and set in the browser."""
