"""The WSGI entry; gunicorn.conf.py names it."""

import sys

# Loaded before the processes part: whoever asks first would wait for it, and everybody else with them.
import fieldstudy.jobs.queue  # noqa: F401 the only module that knows Huey
from fieldstudy.app import create_app
from fieldstudy.settings import GIVE_UP, SettingsAreWrong

try:
    app = create_app()
except SettingsAreWrong as wrong:
    sys.stderr.write(f"{wrong}\n")
    raise SystemExit(GIVE_UP) from None
