"""The WSGI entry: gunicorn wsgi:app."""

import sys

from fieldstudy.app import create_app
from fieldstudy.settings import SettingsAreWrong

GIVE_UP = 3
"""With which a server's process says that starting it again would help nobody."""

try:
    app = create_app()
except SettingsAreWrong as wrong:
    sys.stderr.write(f"{wrong}\n")
    raise SystemExit(GIVE_UP) from None
