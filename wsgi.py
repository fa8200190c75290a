"""The application for any WSGI server: `gunicorn wsgi:app`, with GARE_INSTANCE naming the folder."""

from wiki.instances import application

app = application()
