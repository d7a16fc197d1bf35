"""The clock of this installation; what happened in a store is told by the store's own."""

from datetime import date, datetime

from flask import current_app

from fieldstudy.config import Config
from fieldstudy.models.columns import now


def local(moment: datetime | None = None) -> datetime:
    """Now, where no moment is given."""
    config: Config = current_app.extensions["fieldstudy"]
    return config.local(moment or now())


def today() -> date:
    return local().date()
