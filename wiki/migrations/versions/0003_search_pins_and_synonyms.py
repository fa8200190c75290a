"""Chosen answers, and the synonyms of a network"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_synonym",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_synonym")),
    )
    op.create_table(
        "search_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("words_key", sa.String(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"],
            ["page.id"],
            name=op.f("fk_search_pin_page_id_page"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_pin")),
        sa.UniqueConstraint("words_key", "page_id", name=op.f("uq_search_pin_words_key")),
    )
    op.create_index(op.f("ix_search_pin_page_id"), "search_pin", ["page_id"])
    op.create_index(op.f("ix_search_pin_words_key"), "search_pin", ["words_key"])


def downgrade() -> None:
    op.drop_table("search_pin")
    op.drop_table("search_synonym")
