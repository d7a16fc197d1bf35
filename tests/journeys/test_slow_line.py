"""A line below the floor: what the server says then, the phone's own script takes for "later"."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask
from playwright.sync_api import Browser, Response, expect

from fieldstudy.models import Medium, Submission
from tests import processes
from tests.journeys.phones import PATIENCE, PHONE
from tests.journeys.test_offline import fieldworker, ready_page, tasks
from tests.journeys.test_queue import expect_state, fill, rows, send_now, stored

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

STEP_SECONDS, STEP_BYTES = 0.25, 64 * 1024


class Line:
    """Between phone and server. While it is bad, the first bytes of a body come and then nothing more."""

    def __init__(self, port: int) -> None:
        self.port, self.is_bad, self.address = port, False, ""
        self.is_open = threading.Event()
        self.is_over = threading.Event()
        self.running: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        server = await asyncio.start_server(self.carry, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.is_open.set()
        while not self.is_over.is_set():
            await asyncio.sleep(STEP_SECONDS)
        server.close()
        for task in set(self.running):
            task.cancel()
        await asyncio.gather(*set(self.running), return_exceptions=True)

    async def carry(self, from_phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        up, own = asyncio.create_task(self.upwards(from_phone, to_server)), asyncio.current_task()
        assert own is not None
        self.running |= {up, own}
        try:
            while data := await from_server.read(STEP_BYTES):
                to_phone.write(data)
                await to_phone.drain()
        except OSError:
            pass
        finally:
            up.cancel()
            for side in (to_phone, to_server):
                side.close()
                with suppress(OSError):
                    await side.wait_closed()
            self.running -= {up, own}

    async def upwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(STEP_BYTES):
                is_piece = data.startswith(b"PUT /api/v1/media/")
                writer.write(data[: data.index(b"\r\n\r\n") + 4] if self.is_bad and is_piece else data)
                await writer.drain()
                while self.is_bad and is_piece and not writer.is_closing():
                    await asyncio.sleep(STEP_SECONDS)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    made = Line(port)
    thread = threading.Thread(target=lambda: asyncio.run(made.serve()), daemon=True)
    thread.start()
    assert made.is_open.wait(10)
    yield made
    made.is_over.set()
    thread.join(10)


def test_a_photo_that_comes_too_slowly_waits_and_arrives_on_a_better_line(app: Flask, browser: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    [assignment] = tasks(1)
    answers: list[tuple[int, str]] = []

    def note(answer: Response) -> None:
        if "/api/v1/media/" in answer.url:
            answers.append((answer.status, answer.headers.get("retry-after", "")))

    with processes.server(app) as server, line_to(server.port) as line:
        context = browser.new_context(base_url=line.address, **{**PHONE, "locale": "en-GB"})
        context.set_default_timeout(PATIENCE)
        context.on("response", note)
        page = ready_page(app, context, line.address, fieldworker(assignment))
        context.set_offline(True)
        visit_id = fill(page, assignment, photos=1)
        line.is_bad = True
        context.set_offline(False)
        send_now(page)
        expect(page.get_by_text("The server is busy.")).to_be_visible(timeout=PATIENCE)
        assert (stored(page, "visits", visit_id)["state"], len(stored(page, "bytes"))) == ("sealed", 1)
        assert answers == [(503, "10")]
        line.is_bad = False
        # It goes out by itself once it has rested.
        page.wait_for_timeout(10_000)
        expect_state(page, visit_id, "sent")
        context.close()
    assert (len(rows(Submission)), len(rows(Medium)), {status for status, _ in answers[1:]}) == (1, 1, {200, 201})
