"""The web server as it is started in life: by `gunicorn` alone, with gunicorn.conf.py."""

import http.client
import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

from tests import processes, servers
from tests.phone import until

DATABASES = ("sqlite",)
ROOT = Path(__file__).parents[2]
PATH = "/account/sign-in"


def ask(server: processes.Server, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_make_run_and_the_readme_start_the_same_server() -> None:
    """Nothing is said but the program's name: all else is in one file."""
    for name in ("README.md", "bin/serve-demo", "deploy/fieldstudy-web.service"):
        found = re.findall(r"\.venv/bin/gunicorn\b(.*)$", (ROOT / name).read_text(), re.MULTILINE)
        assert [re.sub(r"\s+#.*", "", said) for said in found] == [""], name


def test_an_answer_names_no_program_and_no_version(app: Flask) -> None:
    with processes.server(app) as server:
        assert ask(server, "/healthz").headers["Server"] == "Fieldstudy"


def test_a_scheme_is_believed_of_the_named_proxies_alone(app: Flask) -> None:
    """gunicorn by itself believes whoever asks from this machine."""
    name = "Strict-Transport-Security"
    for proxies in ("0", "1"):
        with processes.server(app, TRUSTED_PROXIES=proxies) as server:
            assert (name in ask(server, PATH, X_Forwarded_Proto="https").headers) == (proxies == "1")


def test_no_request_loads_what_takes_long(app: Flask) -> None:
    """It would hold up everybody else of its process."""
    command = [sys.executable, "-c", "import wsgi, sys; print('huey' in sys.modules)"]
    told = subprocess.run(command, cwd=ROOT, env=processes.environment(app), capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "True"


def test_a_process_is_replaced_while_the_queue_is_down(app: Flask) -> None:
    """What was asked at the start is not asked again: the server would end for one process that ended."""
    with ExitStack() as queue:
        url = queue.enter_context(servers.redis_url())
        with processes.server(app, REDIS_URL=url) as server:
            queue.close()
            _replace_one(server)


def _replace_one(server: processes.Server) -> None:
    assert server.running is not None
    before = server.children()
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(set(server.children()) - set(before)) == 1, what="another process")
    assert [ask(server, "/healthz").status for _ in range(6)] == [200] * 6
    assert server.running.poll() is None
