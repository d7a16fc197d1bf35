"""Letters go out by SMTP; the demo writes them into its data folder instead."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app

from fieldstudy.config import Config

SECONDS = 30


class MailIsRefused(Exception):
    """The letter is certainly not on its way: it may be tried again."""


def is_possible() -> bool:
    config: Config = current_app.extensions["fieldstudy"]
    return config.sends_mail


def sender() -> str:
    config: Config = current_app.extensions["fieldstudy"]
    return config.mail_from


def is_address(text: str) -> bool:
    """One that any mail server takes: of plain characters, bare, and only one. Nobody is asked whether it exists."""
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return text.isascii()


def send(letter: EmailMessage, address: str, name: str) -> None:
    """To this address alone. `name` says which letter it is: the demo writes the same one into the same file."""
    config: Config = current_app.extensions["fieldstudy"]
    if [one.addr_spec for one in letter["To"].addresses] != [address]:
        raise MailIsRefused("what stands as the address is not exactly one")
    if config.smtp_url:
        _hand_over(config.smtp_url, letter, address)
    else:
        _write(config.data / "mail" / f"{name}.eml", letter)


def _write(path: Path, letter: EmailMessage) -> None:
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(letter.as_bytes())
    os.replace(part, path)


def _hand_over(url: str, letter: EmailMessage, address: str) -> None:
    """An error before the letter's last line was sent, or a refusal, is sure; silence after it is not.

    What is told of a refusal is kept with the job: the code alone, because a server's answer may quote the address.
    """
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException) as error:
        raise MailIsRefused(f"the mail server: {error}") from error
    with server:
        try:
            server.send_message(letter, to_addrs=[address])
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _answer in error.recipients.values()})
            raise MailIsRefused(f"the mail server refused the recipient: {', '.join(map(str, codes))}") from None
        except smtplib.SMTPResponseException as error:
            raise MailIsRefused(f"the mail server refused the e-mail: {error.smtp_code}") from None
        except smtplib.SMTPNotSupportedError:
            raise MailIsRefused("the mail server does not take such addresses") from None


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
    if parts.query == "starttls":
        server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
