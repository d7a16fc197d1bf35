"""photos of one colour"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Photos from before were not looked at, so they give no hint."""
    op.add_column("photos", sa.Column("is_one_colour", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("photos", "is_one_colour")
