"""The site's administration: dashboards and settings for admins."""
