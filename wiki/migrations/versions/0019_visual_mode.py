"""Whether a person writes in visual mode"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "user_account",
        sa.Column("visual", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    with op.batch_alter_table("user_account") as table:
        table.alter_column("visual", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.drop_column("visual")
