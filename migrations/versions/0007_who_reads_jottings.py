"""whose jottings a study's client reads"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Studies that are there keep an empty cell: what their client reads follows from the method."""
    with op.batch_alter_table("studies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("jotting_methods", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Not in a batch: SQLite would make the table anew, and other tables refer to its rows."""
    op.drop_column("studies", "jotting_methods")
