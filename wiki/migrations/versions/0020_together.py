"""What people write together, and versions that several people wrote"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "live_session",
        sa.Column("page_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("origin", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("saves", JSON, nullable=False),
        sa.Column("credited", sa.Integer(), nullable=False),
        sa.Column("uncredited", JSON, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_live_session_page_id_page"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_live_session")),
    )
    op.create_table(
        "live_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("saved_no", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"],
            ["live_session.page_id"],
            name=op.f("fk_live_update_page_id_live_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_live_update_user_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_update")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_live_update_page", "live_update", ["page_id", "id"])
    # Defaults stay: a table made anew would copy every text of the wiki.
    op.add_column("revision", sa.Column("others", JSON, nullable=False, server_default="[]"))
    op.add_column(
        "revision", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_revision_shared", "revision", ["page_id", "shared"])
    op.add_column(
        "presence", sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_index("ix_revision_shared", "revision")
    for table, column in (("presence", "live"), ("revision", "shared"), ("revision", "others")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    op.drop_table("live_update")
    op.drop_table("live_session")
