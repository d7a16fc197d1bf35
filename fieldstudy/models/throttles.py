"""How often something was tried."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from fieldstudy.extensions import Model
from fieldstudy.models.columns import Instant


class Throttle(Model):
    """How often in one window of time. `key` says what was tried and, as a hash, by whom or on which account."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
