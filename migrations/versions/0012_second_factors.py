"""second factors"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ASKED = ("admin", "coordinator", "reviewer", "manager")


def upgrade() -> None:
    op.add_column("users", sa.Column("factor_asked_at", sa.DateTime(timezone=True), nullable=True))
    _ask_those_who_are_here()
    _create("authenticators", *_authenticator())
    _create("recovery_codes", *_recovery_code())
    _create("passkeys", *_passkey())
    _create("pending_sign_ins", *_pending_sign_in(), has_to_have_user=False)
    for table in ("recovery_codes", "passkeys", "pending_sign_ins"):
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    op.create_index(op.f("ix_pending_sign_ins_expires_at"), "pending_sign_ins", ["expires_at"])


def downgrade() -> None:
    for table in ("pending_sign_ins", "passkeys", "recovery_codes", "authenticators"):
        op.drop_table(table)
    with op.batch_alter_table("users") as users:
        users.drop_column("factor_asked_at")


def _ask_those_who_are_here() -> None:
    """Their time to set one up begins today."""
    users = sa.table("users", sa.column("id"), sa.column("factor_asked_at", sa.DateTime(timezone=True)))
    memberships = sa.table("memberships", sa.column("user_id"), sa.column("role"))
    asked = sa.select(memberships.c.user_id).where(memberships.c.role.in_(ASKED))
    op.execute(users.update().where(users.c.id.in_(asked)).values(factor_asked_at=sa.func.now()))


def _create(table: str, *columns: sa.schema.SchemaItem, has_to_have_user: bool = True) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=not has_to_have_user),
        *columns,
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _instant(name: str, is_optional: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=is_optional)


def _authenticator() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("key_encrypted", sa.String(length=300), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _instant("created_at"),
        _instant("confirmed_at", is_optional=True),
        sa.UniqueConstraint("user_id", name=op.f("uq_authenticators_user_id")),
    ]


def _recovery_code() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _instant("created_at"),
        _instant("used_at", is_optional=True),
    ]


def _passkey() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        _instant("created_at"),
        _instant("last_used_at", is_optional=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    ]


def _pending_sign_in() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=2000), nullable=False),
        sa.Column("challenge", sa.String(length=100), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _instant("expires_at"),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_pending_sign_ins_token_sha256")),
    ]
