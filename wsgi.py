"""The WSGI entry: gunicorn wsgi:app."""

from fieldstudy.app import create_app

app = create_app()
