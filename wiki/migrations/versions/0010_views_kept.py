"""Lists kept under a name; points of places as values, by which the near ones are found"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PARTS = ("lat", "lon")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("args", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["form.id"], name=op.f("fk_saved_view_form_id_form"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user_account.id"],
            name=op.f("fk_saved_view_owner_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_form_id"), "saved_view", ["form_id"])
    _add_points(op.get_bind())


def downgrade() -> None:
    ends = [f"%~{part}" for part in PARTS]
    for end in ends:
        op.get_bind().execute(
            sa.text("DELETE FROM entry_value WHERE field LIKE :end"), {"end": end}
        )
    op.drop_index(op.f("ix_saved_view_form_id"), "saved_view")
    op.drop_table("saved_view")


def _add_points(bind: sa.Connection) -> None:
    """Write the latitude and longitude of each place as `<field>~lat` and `<field>~lon`, as saves now do."""
    places = {
        form_id: [row["key"] for row in _read(fields) or [] if row.get("type") == "location"]
        for form_id, fields in bind.execute(sa.text("SELECT id, fields FROM form")).all()
    }
    entries = sa.text(
        "SELECT page.id, revision.data FROM page JOIN revision ON revision.page_id = page.id "
        "AND revision.number = page.revision_no WHERE page.form_id = :form ORDER BY page.id"
    )
    insert = sa.text(
        "INSERT INTO entry_value (page_id, form_id, field, number) "
        "VALUES (:page_id, :form_id, :field, :number)"
    )
    for form_id, keys in places.items():
        rows = bind.execute(entries, {"form": form_id}).all() if keys else []
        values = [
            {"page_id": page_id, "form_id": form_id, "field": f"{key}~{part}", "number": number}
            for page_id, data in rows
            for key in keys
            for part, number in _point(_read(data), key).items()
        ]
        if values:
            bind.execute(insert, values)


def _point(data: object, key: str) -> dict[str, float]:
    place = data.get(key) if isinstance(data, dict) else None
    if not isinstance(place, dict):
        return {}
    known = {
        part: float(place[part])
        for part in PARTS
        if isinstance(place.get(part), int | float) and not isinstance(place[part], bool)
    }
    return known if len(known) == len(PARTS) else {}


def _read(value: object) -> Any:
    return json.loads(value) if isinstance(value, str) else value
