"""The real nginx of the machine, with deploy/nginx.conf; only ports, folders and the certificate are others."""

import os
import random
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fieldstudy.web import packing

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "deploy/nginx.conf"
START_SECONDS = 20
MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/fieldstudy.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """Where it listens, with TLS and without, and the server behind it; `trust` takes its certificate."""

    port: int
    plain_port: int
    server_port: int
    trust: ssl.SSLContext
    log: Path
    error_log: Path

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@contextmanager
def front(server_port: int) -> Iterator[Front]:
    """Before the web server at this port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise RuntimeError("No nginx for the tests of its example: apt-get install nginx-light")
    with tempfile.TemporaryDirectory(prefix="fieldstudy-nginx-") as name:
        folder = Path(name)
        made = Front(
            _free_port(), _free_port(), server_port, _certify(folder), folder / "access.log", folder / "error.log"
        )
        packing.write_copies(shutil.copytree(ROOT / "static", folder / "static"))
        (folder / "fieldstudy.conf").write_text(_example(folder, made, server_port))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        process = subprocess.Popen([program, "-p", name, "-e", f"{name}/error.log", "-c", f"{name}/nginx.conf"])
        try:
            _wait(process, made.port, folder / "error.log")
            yield made
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _example(folder: Path, made: Front, server_port: int) -> str:
    """Every replacement has to find what it replaces."""
    text = EXAMPLE.read_text()
    for old, new in {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{made.plain_port};",
        "listen 443 ssl": f"listen 127.0.0.1:{made.port} ssl",
        "server 127.0.0.1:8000 ": f"server 127.0.0.1:{server_port} ",
        "/etc/letsencrypt/live/field.example.org/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/letsencrypt/live/field.example.org/privkey.pem": f"{folder}/key.pem",
        "/srv/fieldstudy/static/": f"{folder}/static/",
        "/var/log/nginx/fieldstudy.log": f"{folder}/access.log",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _certify(folder: Path) -> ssl.SSLContext:
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", "-x509", *kind, *names, *files], check=True, capture_output=True)
    return ssl.create_default_context(cafile=str(folder / "certificate.pem"))


def _free_port() -> int:
    """Below those that the system gives to outgoing connections: one of them may take it before nginx does."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311
        with suppress(OSError), socket.create_server(("", port)):
            return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx did not start: {log.read_text()}") from None
            time.sleep(0.05)
