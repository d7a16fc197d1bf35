"""what an edition changed, and what a paper was made from"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ingredients", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.drop_column("ingredients")
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_column("change")
