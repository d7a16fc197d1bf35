"""How pages are served. gunicorn finds this file by itself in the folder of its start: there is nothing else to say.

In production a proxy stands in front and takes requests in whole (deploy/nginx.conf): a thread waits for as long as a
body trickles in, and there are few threads.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi

from fieldstudy.config import Config
from fieldstudy.settings import GIVE_UP, OWN_UMASK, SettingsAreWrong, openness
from fieldstudy.web import metrics_folder

os.umask(OWN_UMASK)

try:
    _settings = Config.from_environment()
except SettingsAreWrong as wrong:
    sys.stderr.write(f"{wrong}\n")
    raise SystemExit(GIVE_UP) from None

if _open := openness(_settings.data):
    sys.stderr.write(f"Warning: {_open}\n")

# The header cannot be left out; it need not say which program this is.
gunicorn.http.wsgi.SERVER = "Fieldstudy"

wsgi_app = "wsgi:app"
bind = _settings.bind
workers = _settings.processes
worker_class = "gthread"
threads = 8
# A process that ends is replaced by a copy of the one that has started already: what was right at the start of the
# server (settings, a queue that answers) is not asked again, and cannot end it.
preload_app = True

# For a process whose main loop stands still, not for a slow request.
timeout = 60
graceful_timeout = 20
keepalive = 5

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# The scheme and the address of whoever asks come through TRUSTED_PROXIES alone.
forwarded_allow_ips = ""

loglevel = "warning"
# Addresses may hold the token of an invitation: docs/logs.md says what is written instead.
accesslog = None
control_socket_disable = True
# A sign of life every second should wait for no disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 its files have no names

# All processes count requests together (/metrics), in files that last as long as the server.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_folder.make(worker_tmp_dir)


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
