"""Second factors, and whoever is halfway through signing in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldstudy.extensions import Model
from fieldstudy.models.columns import At, Instant, Key, OptionalAt
from fieldstudy.models.people import User


class Authenticator(Model):
    """The app that shows codes. It counts from `confirmed_at` on; `last_step` is the time of the code used last."""

    __tablename__ = "authenticators"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), unique=True)
    key_encrypted: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[At]
    confirmed_at: Mapped[OptionalAt]
    user: Mapped[User] = relationship()


class RecoveryCode(Model):
    """Only a hash is kept; the codes of one set share their salt, so that one computation looks for all of them."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    salt: Mapped[str] = mapped_column(String(32))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[At]
    used_at: Mapped[OptionalAt]


class Passkey(Model):
    """`credential_id` in base64url, as browsers say it; `sign_count` is 0 where the device does not count."""

    __tablename__ = "passkeys"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[At]
    last_used_at: Mapped[OptionalAt]
    user: Mapped[User] = relationship()


class PendingSignIn(Model):
    """Halfway through signing in: the password was right and the second factor is asked for, or, without a person, a
    passkey is. No session, and none can be made of it; the browser holds a secret, and only its hash is kept.
    """

    __tablename__ = "pending_sign_ins"

    id: Mapped[Key]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    target: Mapped[str] = mapped_column(String(2000), default="")
    challenge: Mapped[str] = mapped_column(String(100), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    user: Mapped[User | None] = relationship()
