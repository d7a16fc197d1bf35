"""Letters go out by SMTP; the demo writes them into its data folder instead."""

import os
import smtplib
import ssl
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from flask import current_app

from fieldstudy.config import Config

SECONDS = 30
HEADERS = HeaderRegistry()
IN_ONE_NETWORK = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


class MailIsRefused(Exception):
    """The letter is certainly not on its way: it may be tried again."""


def is_possible() -> bool:
    config: Config = current_app.extensions["fieldstudy"]
    return config.sends_mail


def sender() -> str:
    config: Config = current_app.extensions["fieldstudy"]
    return config.mail_from


class Fault(StrEnum):
    """Why something is no address that e-mails can go to."""

    FORM = "form"
    DOMAIN = "domain"


def find_fault(text: str) -> Fault | None:
    """An address is one that any mail server takes: of plain characters, bare, and only one. Nobody is asked whether it
    exists. A domain that exists in one network alone has to stand in the settings.
    """
    domain = text.lower().rpartition("@")[2]
    if _is_whole(text) or (_is_whole(f"{text}.org") and _is_named(domain)):
        return None
    is_special = domain.endswith(IN_ONE_NETWORK) and _is_whole(f"{text}.org")
    return Fault.DOMAIN if is_special else Fault.FORM


def _is_whole(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return False
    return text.isascii() and "=?" not in text and _addresses(HEADERS("To", text)) == [text]


def _addresses(header: Any) -> list[str]:
    """As whoever reads the e-mail finds them in it: encoded words (=?…?=) say another than they show."""
    return [one.addr_spec for one in header.addresses]


def _is_named(domain: str) -> bool:
    config: Config = current_app.extensions["fieldstudy"]
    return any(domain == one or (one.startswith(".") and domain.endswith(one)) for one in config.mail_domains)


def send(letter: EmailMessage, address: str, name: str) -> None:
    """To this address alone. `name` says which letter it is: the demo writes the same one into the same file."""
    config: Config = current_app.extensions["fieldstudy"]
    if _addresses(letter["To"]) != [address]:
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
