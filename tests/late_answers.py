"""A proxy that holds one answer back, as a bad line does, until a test lets it go."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PIECE_BYTES = 64 * 1024
PATIENCE_SECONDS = 60


@dataclass
class Line:
    """The next answer to `held` (as "GET /path") waits once it is there; all others pass."""

    address: str = ""
    held: str = ""
    is_there: threading.Event = field(default_factory=threading.Event)
    may_go: threading.Event = field(default_factory=threading.Event)

    def hold(self, request: str) -> None:
        self.is_there.clear()
        self.may_go.clear()
        self.held = request

    def wait(self) -> None:
        """The server has answered; the browser does not know."""
        assert self.is_there.wait(PATIENCE_SECONDS)

    def let_go(self) -> None:
        self.may_go.set()


@contextmanager
def line(target: str) -> Iterator[Line]:
    """Before the server at `target`, which closes the connection after each answer."""
    made, port = Line(), urlsplit(target).port

    class Carrier(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port or 80)) as server:
                self._carry(server)

        def _carry(self, server: socket.socket) -> None:
            first: bytes = self.request.recv(PIECE_BYTES)
            server.sendall(first)
            threading.Thread(target=_pass, args=(self.request, server), daemon=True).start()
            answer = _read_all(server)
            if made.held and first.startswith(f"{made.held} ".encode()):
                made.held = ""
                made.is_there.set()
                made.may_go.wait(PATIENCE_SECONDS)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Carrier) as proxy:
        proxy.daemon_threads = True
        made.address = f"http://127.0.0.1:{proxy.server_address[1]}"
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.let_go()
            proxy.shutdown()
            thread.join()


def _read_all(source: socket.socket) -> bytes:
    parts = []
    while piece := source.recv(PIECE_BYTES):
        parts.append(piece)
    return b"".join(parts)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)
