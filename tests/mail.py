"""A real mail server for tests, and the links in the letters that it was handed."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask


class Postman:
    """Keeps what it is handed, and refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = ""

    async def handle_RCPT(  # noqa: N802 the name that the server calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses and self.refuses in address:
            return f"550 <{address}>: nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content or b"", policy=policy.default))
        return "250 OK"


@pytest.fixture
def postman(app: Flask) -> Iterator[Postman]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Postman(), hostname="127.0.0.1", port=port)
    server.start()
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(
        config, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Reports <reports@example.org>", url="https://f.example"
    )
    yield server.handler
    app.extensions["fieldstudy"] = config
    server.stop()


def link_in(letter: EmailMessage) -> str:
    """The path of the one link that leads to a page of invitations."""
    (found,) = re.findall(r"https?://[^/\s]+(/account/invitation/[\w-]+)", letter.get_content())
    return str(found)
