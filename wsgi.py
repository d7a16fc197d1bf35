"""The WSGI entry; gunicorn.conf.py names it."""

import sys

from fieldstudy.app import create_app
from fieldstudy.settings import GIVE_UP, SettingsAreWrong

try:
    app = create_app()
except SettingsAreWrong as wrong:
    sys.stderr.write(f"{wrong}\n")
    raise SystemExit(GIVE_UP) from None
