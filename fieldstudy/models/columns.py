"""Column types and keys that every table shares."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, DateTime, ForeignKey, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.orm import mapped_column
from uuid6 import uuid7

T = TypeVar("T")


def new_id() -> UUID:
    return uuid7()


def now() -> datetime:
    return datetime.now(UTC)


class Instant(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Points(TypeDecorator[Decimal]):
    """Exact points as whole hundred-millionths, so that SQL adds them exactly on every database.

    Points and weights of a checklist have at most four decimals each, their products at most eight.
    """

    impl = BigInteger
    cache_ok = True
    UNIT = Decimal(10) ** 8

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int((value * self.UNIT).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value) / self.UNIT


class DecimalText(TypeDecorator[Decimal]):
    """A Decimal with all its digits: SQLite has no exact fractions."""

    impl = String(48)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value)


W = TypeVar("W", bound=StrEnum)


class Word(TypeDecorator[W], Generic[W]):
    """One word of a closed list; kept as text, so that a new word needs no migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: W | None, dialect: Any) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> W | None:
        return None if value is None else self.words(value)


class Words(TypeDecorator[tuple[W, ...]], Generic[W]):
    """Several words of a closed list, in its order, between spaces; an empty text is none of them."""

    impl = String(200)
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Iterable[W] | None, dialect: Any) -> str | None:
        return None if value is None else " ".join(word for word in self.words if word in set(value))

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[W, ...] | None:
        return None if value is None else tuple(map(self.words, value.split()))


class Frozen(TypeDecorator[T], Generic[T]):
    """A frozen value of core, kept as JSON bytes.

    `is_shared`: one object for the same bytes in every request; for few values that are read again and again.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, type_: Any, is_shared: bool = False) -> None:
        super().__init__()
        self.type_ = type_
        self.is_shared = is_shared
        # Made here, at import: two threads that make the first one of a type at the same time crash the process.
        _decoder(type_)

    def process_bind_param(self, value: T | None, dialect: Any) -> bytes | None:
        return None if value is None else msgspec.json.encode(value)

    def process_result_value(self, value: bytes | None, dialect: Any) -> T | None:
        if value is None:
            return None
        if self.is_shared:
            return cast(T, _decode_shared(self.type_, value))
        return cast(T, _decoder(self.type_).decode(value))


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)


@lru_cache(maxsize=32)
def _decode_shared(type_: Any, value: bytes) -> Any:
    return _decoder(type_).decode(value)


JsonText = msgspec.Raw
"""JSON as it was written: a JSON column keeps it as it is."""


def write_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
ClientKey = Annotated[UUID, mapped_column(ForeignKey("clients.id"))]
Name = Annotated[str, mapped_column(String(300))]
Code = Annotated[str, mapped_column(String(80))]
Long = Annotated[str, mapped_column(Text, default="")]
At = Annotated[datetime, mapped_column(Instant, default=now)]
OptionalAt = Annotated[datetime | None, mapped_column(Instant)]
