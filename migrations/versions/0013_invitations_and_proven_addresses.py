"""invitations to roles, and addresses that have answered"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROLES_AT = "FROM memberships WHERE memberships.user_id = users.id"


def upgrade() -> None:
    """Nobody who is there has answered a mail yet. Whoever has roles at one client alone is bound to that one.

    Every link that is still open is closed: it was shown to whoever made it.
    """
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        _add_reference(batch_op, "users", "home_client_id", "clients")
    op.execute(
        f"UPDATE users SET home_client_id = (SELECT client_id {ROLES_AT} LIMIT 1) "  # noqa: S608 a constant
        f"WHERE (SELECT count(DISTINCT client_id) {ROLES_AT}) = 1 "
        f"AND NOT EXISTS (SELECT 1 {ROLES_AT} AND client_id IS NULL)"
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), server_default="password", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=40), server_default="open", nullable=False))
        batch_op.add_column(sa.Column("is_proof", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        _add_reference(batch_op, "invitations", "inviter_id", "users")
        _add_reference(batch_op, "invitations", "client_id", "clients")
        batch_op.add_column(sa.Column("role", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("region", sa.String(length=120), nullable=True))
        _add_reference(batch_op, "invitations", "store_id", "stores")
        batch_op.add_column(sa.Column("name", sa.String(length=300), server_default="", nullable=False))
        batch_op.create_index(op.f("ix_invitations_client_id"), ["client_id"])
    op.execute("UPDATE invitations SET created_at = expires_at, used_at = coalesce(used_at, CURRENT_TIMESTAMP)")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.alter_column("created_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def _add_reference(batch_op: object, table: str, column: str, other: str) -> None:
    batch_op.add_column(sa.Column(column, sa.Uuid(), nullable=True))
    batch_op.create_foreign_key(op.f(f"fk_{table}_{column}"), other, [column], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_invitations_client_id"))
        for column in ("inviter_id", "client_id", "store_id"):
            batch_op.drop_constraint(op.f(f"fk_invitations_{column}"), type_="foreignkey")
        for column in ("kind", "state", "is_proof", "created_at", "sent_at", "inviter_id", "client_id", "role"):
            batch_op.drop_column(column)
        for column in ("region", "store_id", "name"):
            batch_op.drop_column(column)
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_users_home_client_id"), type_="foreignkey")
        batch_op.drop_column("home_client_id")
        batch_op.drop_column("proved_at")
