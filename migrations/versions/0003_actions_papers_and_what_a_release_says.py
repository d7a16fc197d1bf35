"""actions papers and what a release says"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=120), nullable=False),
        sa.Column("question", sa.String(length=120), nullable=False),
        sa.Column("lever", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_actions_client_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_actions_created_by")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_actions_store_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_actions_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_actions_client_id_wave_id_store_id"), ["client_id", "wave_id", "store_id"], unique=False
        )

    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("store_edition_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_papers_client_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_papers_edition_id")),
        sa.ForeignKeyConstraint(["store_edition_id"], ["store_editions.id"], name=op.f("fk_papers_store_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint(
            "edition_id", "store_edition_id", "language", name=op.f("uq_papers_edition_id_store_edition_id_language")
        ),
    )
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_papers_client_id"), ["client_id"], unique=False)

    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accent", sa.String(length=7), server_default="", nullable=False))
        batch_op.add_column(sa.Column("logo_sha256", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("network", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_column("network")
        batch_op.drop_column("reason")

    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.drop_column("logo_sha256")
        batch_op.drop_column("accent")

    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_papers_client_id"))

    op.drop_table("papers")
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actions_client_id_wave_id_store_id"))

    op.drop_table("actions")
