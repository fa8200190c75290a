"""Who may change a form: its owner, and the group of facilitators.

Forms made before have no owner: facilitators and admins change them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("form") as batch:
        batch.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_form_owner_id_user_account"),
            "user_account",
            ["owner_id"],
            ["id"],
            ondelete="SET NULL",
        )
    _add_facilitators()


def _add_facilitators() -> None:
    """Add the group to a wiki that people have; a new one gets it with its first admin."""
    connection = op.get_bind()
    names = connection.scalars(sa.text("SELECT name_key FROM group_account")).all()
    if "admins" not in names or "facilitators" in names:
        return
    lang = connection.scalar(sa.text("SELECT value FROM setting WHERE name = 'lang'"))
    title = "Facilitators" if "en" in str(lang) else "Animateurs et animatrices"
    connection.execute(
        sa.text(
            "INSERT INTO group_account (name, name_key, title, of_project)"
            " VALUES ('facilitators', 'facilitators', :title, :no)"
        ),
        {"title": title, "no": False},
    )


def downgrade() -> None:
    with op.batch_alter_table("form") as batch:
        batch.drop_constraint(op.f("fk_form_owner_id_user_account"), type_="foreignkey")
        batch.drop_column("owner_id")
