"""a draft for each device"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = "visit_id, client_id, raw, saved_at"


def _table(*columns: sa.Column[object], key: tuple[str, ...]) -> None:
    """Under the name that SQLite and PostgreSQL can both rename; a primary key cannot be changed in place on both."""
    op.create_table(
        "new_drafts",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_drafts_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_drafts_visit_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_drafts")),
    )


def _rename_old() -> None:
    """PostgreSQL has one space of names for all indexes: the old key makes room for the new one."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE drafts RENAME CONSTRAINT pk_drafts TO pk_old_drafts")


def upgrade() -> None:
    """What was kept so far came from a page or from a phone that did not say which it is."""
    _rename_old()
    _table(
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        key=("visit_id", "device"),
    )
    op.execute(
        f"INSERT INTO new_drafts ({COLUMNS}, device, revision, stamp, content) "  # noqa: S608 names of columns
        "SELECT drafts.visit_id, drafts.client_id, raw, saved_at, '', visits.revision, 1, '{}' "
        "FROM drafts JOIN visits ON visits.id = drafts.visit_id"
    )
    op.drop_table("drafts")
    op.rename_table("new_drafts", "drafts")


def downgrade() -> None:
    """The newest of each visit stays; the older program knows no other."""
    _rename_old()
    _table(key=("visit_id",))
    op.execute(
        f"INSERT INTO new_drafts ({COLUMNS}) SELECT {COLUMNS} FROM drafts AS one WHERE device = ("  # noqa: S608
        "SELECT device FROM drafts AS other WHERE other.visit_id = one.visit_id "
        "ORDER BY saved_at DESC, device LIMIT 1)"
    )
    op.drop_table("drafts")
    op.rename_table("new_drafts", "drafts")
