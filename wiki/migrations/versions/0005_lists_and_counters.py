"""Lists of the wiki, and the numbers that fields of forms gave"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nomenclature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomenclature")),
        sa.UniqueConstraint("key", name=op.f("uq_nomenclature_key")),
    )
    op.create_table(
        "form_counter",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["form.id"], name=op.f("fk_form_counter_form_id_form"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("form_id", "field", "year", name=op.f("pk_form_counter")),
    )


def downgrade() -> None:
    op.drop_table("form_counter")
    op.drop_table("nomenclature")
