"""Projects that move to another wiki, and what stations are read by"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    for name in ("moved_to", "origin"):
        op.add_column("project", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column(
        "project",
        sa.Column("moved_names", JSON, nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column(
        "invitation", sa.Column("once", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "crossing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_crossing_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_crossing_actor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crossing")),
    )
    op.create_index(op.f("ix_crossing_project_id"), "crossing", ["project_id"])
    op.create_index(op.f("ix_crossing_actor_id"), "crossing", ["actor_id"])
    # Stations ask for what a project has of one form, the last changed first.
    op.create_index("ix_page_room", "page", ["project_id", "form_id", "updated_at"])
    op.drop_index(op.f("ix_page_project_id"), table_name="page")


def downgrade() -> None:
    op.create_index(op.f("ix_page_project_id"), "page", ["project_id"])
    op.drop_index("ix_page_room", table_name="page")
    op.drop_table("crossing")
    op.drop_column("invitation", "once")
    for name in ("moved_names", "origin", "moved_to"):
        op.drop_column("project", name)
