"""what was erased: photos, and people"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Not in a batch: SQLite would make the tables anew, and others refer to their rows."""
    for table in ("photos", "users"):
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ("photos", "users"):
        op.drop_column(table, "erased_at")
