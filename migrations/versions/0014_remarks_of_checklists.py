"""what the import of a checklist left out or filled in, kept with the version"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Versions that are there have none: their files are read again when somebody asks."""
    with op.batch_alter_table("checklist_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notes", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("checklist_versions", schema=None) as batch_op:
        batch_op.drop_column("notes")
