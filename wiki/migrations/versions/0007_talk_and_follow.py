"""Comments, what people follow, what is done again and again; named, minor and purged versions"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page") as batch_op:
        batch_op.add_column(sa.Column("talk", sa.String(), server_default="open", nullable=False))
    with op.batch_alter_table("revision") as batch_op:
        batch_op.add_column(sa.Column("label", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("purged_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("purged_by", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("purged_why", sa.String(), server_default="", nullable=False))
        batch_op.create_index("ix_revision_authors", ["page_id", "author_name", "number"])
        batch_op.create_index("ix_revision_labels", ["page_id", "label", "number"])
    op.create_table(
        "periodic",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_periodic")),
    )
    _create_comment()
    op.create_table(
        "reaction",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_reaction_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_reaction_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name=op.f("pk_reaction")),
    )
    op.create_index(op.f("ix_reaction_user_id"), "reaction", ["user_id"])
    _create_follow()


def downgrade() -> None:
    for table in ("follow", "reaction", "comment", "periodic"):
        op.drop_table(table)
    with op.batch_alter_table("revision") as batch_op:
        batch_op.drop_index("ix_revision_authors")
        batch_op.drop_index("ix_revision_labels")
        for column in ("purged_why", "purged_by", "purged_at", "label"):
            batch_op.drop_column(column)
    with op.batch_alter_table("page") as batch_op:
        batch_op.drop_column("talk")


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("html_version", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("section_title", sa.String(), nullable=False),
        sa.Column("revision_no", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_comment_page_id_page"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["comment.id"],
            name=op.f("fk_comment_thread_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_comment_author_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_page", "comment", ["page_id", "thread_id", "id"])
    for column in ("thread_id", "author_id", "created_at"):
        op.create_index(op.f(f"ix_comment_{column}"), "comment", [column])


def _create_follow() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_follow_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
    )
    op.create_index("ix_follow_due", "follow", ["rhythm", "since"])
    for column in ("user_id", "email_key"):
        op.create_index(op.f(f"ix_follow_{column}"), "follow", [column])
