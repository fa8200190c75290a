"""What each content of the store weighs; changes taken back by the worker; who laid a file, when a sign was put."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    # What no page holds any more is found in the folder itself, by `gare upgrade`.
    op.execute(
        "INSERT INTO stored_file (sha256, size, sent_at)"
        " SELECT sha256, MAX(size), MAX(created_at) FROM attachment GROUP BY sha256"
    )
    op.create_table(
        "taking_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column(
            "report", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["who_id"], ["user_account.id"], name=op.f("fk_taking_back_who_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_taking_back_actor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taking_back")),
    )
    op.add_column("attachment", sa.Column("author_name", sa.String(), nullable=True))
    op.add_column("reaction", sa.Column("made_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("reaction", "made_at")
    op.drop_column("attachment", "author_name")
    op.drop_table("taking_back")
    op.drop_table("stored_file")
