"""Counting what is tried, for all processes together: a storage of the library `limits` in our own database.

What is full is only read: whoever is refused costs no transaction, and the line of writers stays free.
"""

import time
from datetime import timedelta

from limits.storage import Storage
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.exc import OperationalError

from fieldstudy.extensions import db
from fieldstudy.models import Throttle
from fieldstudy.models.columns import Instant, now
from fieldstudy.services import unit

SWEPT_AT_ONCE = 100
_COUNT = text(
    "INSERT INTO throttles (key, hits, ends_at) VALUES (:key, :hits, :ends_at) ON CONFLICT (key) DO UPDATE SET "
    "hits = CASE WHEN throttles.ends_at <= :at THEN excluded.hits ELSE throttles.hits + excluded.hits END, "
    "ends_at = CASE WHEN throttles.ends_at <= :at THEN excluded.ends_at ELSE throttles.ends_at END RETURNING hits"
).bindparams(bindparam("ends_at", type_=Instant), bindparam("at", type_=Instant))


class DatabaseStorage(Storage):
    @property
    def base_exceptions(self) -> type[Exception]:
        return OperationalError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """No line in the journal: it would keep what the hash hides."""
        at = now()
        told = {"key": key, "hits": amount, "at": at, "ends_at": at + timedelta(seconds=expiry)}
        with unit.work():
            hits = int(db.session.execute(_COUNT, told).scalar_one())
            if hits == amount:
                _sweep()
        return hits

    def get(self, key: str) -> int:
        found = select(Throttle.hits).where(Throttle.key == key, Throttle.ends_at > now())
        return db.session.scalar(found) or 0

    def get_expiry(self, key: str) -> float:
        ends_at = db.session.scalar(select(Throttle.ends_at).where(Throttle.key == key))
        return ends_at.timestamp() if ends_at else time.time()

    def check(self) -> bool:
        db.session.execute(select(Throttle.key).limit(1))
        return True

    def reset(self) -> int | None:
        with unit.work():
            return unit.change(delete(Throttle))

    def clear(self, key: str) -> None:
        with unit.work():
            unit.change(delete(Throttle).where(Throttle.key == key))


def _sweep() -> None:
    """Windows that are over; those that somebody else is counting in are left to the next sweep."""
    over = select(Throttle.key).where(Throttle.ends_at <= now()).limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    keys = db.session.scalars(over).all()
    db.session.execute(delete(Throttle).where(Throttle.key.in_(keys)).execution_options(synchronize_session=False))
