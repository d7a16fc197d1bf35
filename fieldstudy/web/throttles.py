"""How often one may try, take out and send. All limits stand here; docs/decisions says why they are such.

A view that only spends somebody's share carries `@throttles.limit(EXPORTS)`. A view that draws its form again, with
what was typed, calls `spend` and catches `TooMany`, which says in words when one may try again.
"""

import hashlib
import hmac
import logging
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_network
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from fieldstudy.config import Config
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.services.throttles import DatabaseStorage
from fieldstudy.web import devices, origins

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)
PREFIX_BITS = {4: 32, 6: 56}
"""What one household or office gets of the addresses of each version."""
MOST_BITS = {4: 32, 6: 48}
"""What somebody gets who asks for much. Where one person is guessed at, nobody else shares the count."""


@dataclass(frozen=True)
class Limit:
    """`sample`: one use in so many is counted, for all of them; a transaction for each would cost more than the use.
    `is_guard`: it keeps somebody from guessing. Where nothing can be counted, that stops, and all else goes on.
    """

    name: str
    rate: str
    sample: int = 1
    is_guard: bool = False


SIGN_IN_NETWORK = Limit("sign_in_network", "30 per minute", is_guard=True)
SIGN_IN = Limit("sign_in", "8 per minute", is_guard=True)
"""For one account from one network, or from one device that this person used before."""
SIGN_IN_ACCOUNT = Limit("sign_in_account", "100 per hour", is_guard=True)
"""For one account from everywhere but its known devices. Used up, it closes no door: `SIGN_IN_SLOW` holds then."""
SIGN_IN_SLOW = Limit("sign_in_slow", "3 per hour", is_guard=True)
PASSKEYS = Limit("passkeys", "20 per minute")
PASSKEYS_NETWORK = Limit("passkeys_network", "120 per minute")
"""A passkey cannot be guessed: these keep somebody from filling the table of what is asked, apart from passwords. The
first is that of a known device, the other of everybody else on one network; whoever signs in with one asks twice.
"""
CODES = Limit("codes", "10 per 10 minutes", is_guard=True)
"""Second factors and passwords asked for again, of one person from one network or known device."""
CODES_ACCOUNT = Limit("codes_account", "30 per hour", is_guard=True)
"""Of one person from everywhere but their known devices. Used up, it closes no door: `CODES_SLOW` holds then."""
CODES_SLOW = Limit("codes_slow", "3 per day", is_guard=True)
"""Six digits are guessed sooner than a password: much slower than signing in."""
CODES_DAY = Limit("codes_day", "100 per day", is_guard=True)
"""Codes of an app, of one person from everywhere but their known devices, and from each of these. This door does close:
a recovery code, a passkey and the known devices remain. docs/decisions has the arithmetic.
"""
LINKS_USED = Limit("links_used", "20 per minute", is_guard=True)
RESETS = Limit("resets", "3 per hour", is_guard=True)
"""For one address that forgot its password, from one network. Letters have a pause of their own (core/invitations)."""
RESETS_NETWORK = Limit("resets_network", "20 per hour", is_guard=True)
INVITATIONS = Limit("invitations", "100 per hour")
UPLOADS = Limit("uploads", "60 per minute")
EXPORTS = Limit("exports", "30 per minute")
PAPERS = Limit("papers", "20 per minute")
DRAFTS = Limit("drafts", "600 per minute", sample=20)
SENDINGS = Limit("sendings", "6000 per minute", sample=100)
"""Visits, and pieces of photos of 256 KB: a good line carries fifty in a second."""


Share = tuple[Limit, str]
"""Of which limit, and whose."""


class TooMany(TooManyRequests):
    """`told` says when one may try again, `headers` say it to machines."""

    def __init__(self, limit: Limit, seconds: int) -> None:
        super().__init__()
        self.limit = limit
        self.told = _wait(seconds)
        self.headers = {"Retry-After": str(max(1, seconds))}


def _wait(seconds: int) -> str:
    if seconds <= 90:
        return _("Wait a minute and try again.")
    minutes = math.ceil(seconds / 60)
    if minutes > 90:
        hours = math.ceil(minutes / 60)
        return ngettext("You can try again in %(num)s hour.", "You can try again in %(num)s hours.", hours)
    return ngettext("You can try again in %(num)s minute.", "You can try again in %(num)s minutes.", minutes)


def install(app: Flask) -> None:
    config: Config = app.extensions["fieldstudy"]
    of_database = FixedWindowRateLimiter(DatabaseStorage(wrap_exceptions=False))
    app.extensions["throttles"] = [*_of_redis(config.redis_url), of_database]


def _of_redis(url: str) -> list[FixedWindowRateLimiter]:
    """A Redis that does not answer is stood in for by the database."""
    if not url:
        return []
    address = f"redis+{url}" if url.startswith("unix:") else url
    storage = storage_from_string(address, wrap_exceptions=True, socket_connect_timeout=1, socket_timeout=1)
    return [FixedWindowRateLimiter(cast(Storage, storage))]


def limit(limit: Limit, key: Callable[[], str] | None = None) -> Callable[[View], View]:
    """Under the guard. By itself for each reader; `key` names what else is counted for."""

    def throttle(view: View) -> View:
        @wraps(view)
        def throttled(**arguments: Any) -> Any:
            spend((limit, (key or reader)()))
            return view(**arguments)

        return throttled  # type: ignore[return-value]

    return throttle


def reader() -> str:
    return str(current_user.id) if current_user.is_authenticated else network()


def network(bits: Mapping[int, int] = PREFIX_BITS) -> str:
    """The address that the request came from, or the part of it that one household shares."""
    address = origins.address()
    if address is None:
        return origins.UNKNOWN
    return str(ip_network((address, bits[address.version]), strict=False))


def spend(*shares: Share) -> None:
    """Counts one use for each; TooMany where one of them is used up, and then nothing is counted."""
    counters: list[FixedWindowRateLimiter] = current_app.extensions["throttles"]
    for counter in counters:
        try:
            return _spend(counter, shares)
        except StorageError:
            log.warning("Redis counts nothing: the database does", exc_info=True)
        except OperationalError:
            if any(limit.is_guard for limit, _key in shares):
                raise
            db.session.rollback()
            log.warning("nothing is counted", exc_info=True)
    return None


def _spend(counter: FixedWindowRateLimiter, shares: tuple[Share, ...]) -> None:
    """All are read before any is counted: whoever is refused costs no transaction."""
    for share in shares:
        if not counter.test(*_named(share)):
            raise _too_many(counter, share)
    for share in shares:
        sample = share[0].sample
        is_counted = sample == 1 or random.randrange(sample) == 0  # noqa: S311 nothing secret
        if is_counted and not counter.hit(*_named(share), cost=sample):
            raise _too_many(counter, share)


def _named(share: Share) -> tuple[RateLimitItem, str, str]:
    limit, key = share
    return parse(limit.rate), limit.name, _hidden(key)


def _too_many(counter: FixedWindowRateLimiter, share: Share) -> TooMany:
    ends_at = counter.get_window_stats(*_named(share)).reset_time
    return TooMany(share[0], math.ceil(ends_at - time.time()))


def _hidden(key: str) -> str:
    """Addresses and e-mails are kept nowhere for this."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()[:32]


def spend_sign_in(email: str, user: User | None) -> None:
    """Before a password is looked at; of an unknown address the same is counted.

    Whoever guesses at an account from one network, or from a thousand, shuts nobody else out: each network has tries of
    its own, however few, and a device that this person used before is counted by itself.
    """
    account = email.strip().lower()[:320]
    device = devices.known(user)
    if device:
        return spend((SIGN_IN, f"{account} {device}"))
    place = f"{account} {network()}"
    shares = [(SIGN_IN_NETWORK, network()), (SIGN_IN, place)]
    return _spend_slowing(shares, (SIGN_IN_ACCOUNT, account), (SIGN_IN_SLOW, place))


def _spend_slowing(shares: list[Share], everywhere: Share, slow: Share) -> None:
    """Once `everywhere` is used up, `slow` stands in for it."""
    try:
        return spend(*shares, everywhere)
    except TooMany as refusal:
        if refusal.limit != everywhere[0]:
            raise
    return spend(*shares, slow)


def spend_passkey() -> None:
    """Before a passkey is asked for or looked at. Nobody knows yet whose it is, but a known device says it."""
    device = devices.known_to_somebody()
    spend((PASSKEYS, device) if device else (PASSKEYS_NETWORK, network()))


def spend_code(user: User, is_of_app: bool = False) -> None:
    """Before a code, or a password that is asked for again, is looked at: nobody shuts its owner out here either."""
    device = devices.known(user)
    place = f"{user.id} {device or network(MOST_BITS)}"
    shares = [(CODES, place)]
    if is_of_app:
        shares.append((CODES_DAY, place if device else str(user.id)))
    if device:
        return spend(*shares)
    return _spend_slowing(shares, (CODES_ACCOUNT, str(user.id)), (CODES_SLOW, place))


def spend_reset(email: str) -> None:
    spend((RESETS_NETWORK, network()), (RESETS, f"{email.strip().lower()[:320]} {network()}"))
