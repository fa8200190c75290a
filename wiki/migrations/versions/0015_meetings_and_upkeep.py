"""Who comes to meetings, date polls, reminders sent, how people feel"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _meetings()
    _polls()
    _upkeep()


def downgrade() -> None:
    for table in (
        "pulse_sum",
        "pulse_mark",
        "pulse_salt",
        "reminded",
        "poll_answer",
        "poll_voice",
        "poll_date",
        "date_poll",
        "meeting_end",
        "attendance",
    ):
        op.drop_table(table)


def _points_to(table: str, column: str, other: str, ondelete: str = "CASCADE") -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _meetings() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _points_to("attendance", "page_id", "page"),
        _points_to("attendance", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("page_id", "user_id", name=op.f("uq_attendance_page_id")),
        sa.UniqueConstraint("page_id", "guest", name="uq_attendance_guest"),
    )
    _index("attendance", "page_id", "user_id")
    op.create_table(
        "meeting_end",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(), nullable=True),
        _points_to("meeting_end", "page_id", "page"),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_meeting_end")),
    )


def _polls() -> None:
    op.create_table(
        "date_poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        _points_to("date_poll", "page_id", "page"),
        _points_to("date_poll", "author_id", "user_account", "SET NULL"),
        _points_to("date_poll", "meeting_id", "page", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_poll")),
    )
    _index("date_poll", "page_id", "author_id", "meeting_id")
    op.create_table(
        "poll_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        _points_to("poll_date", "poll_id", "date_poll"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_date")),
    )
    _index("poll_date", "poll_id")
    op.create_table(
        "poll_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _points_to("poll_voice", "poll_id", "date_poll"),
        _points_to("poll_voice", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_voice")),
        sa.UniqueConstraint("poll_id", "user_id", name=op.f("uq_poll_voice_poll_id")),
        sa.UniqueConstraint("poll_id", "guest", name="uq_poll_voice_guest"),
    )
    _index("poll_voice", "poll_id", "user_id")
    op.create_table(
        "poll_answer",
        sa.Column("voice_id", sa.Integer(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        _points_to("poll_answer", "voice_id", "poll_voice"),
        _points_to("poll_answer", "date_id", "poll_date"),
        sa.PrimaryKeyConstraint("voice_id", "date_id", name=op.f("pk_poll_answer")),
    )
    _index("poll_answer", "date_id")


def _upkeep() -> None:
    op.create_table(
        "reminded",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _points_to("reminded", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("about", "user_id", name=op.f("pk_reminded")),
    )
    _index("reminded", "user_id", "at")
    op.create_table(
        "pulse_salt",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_pulse_salt")),
    )
    op.create_table(
        "pulse_mark",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        _points_to("pulse_mark", "project_id", "project"),
        sa.PrimaryKeyConstraint("project_id", "mark", name=op.f("pk_pulse_mark")),
    )
    op.create_table(
        "pulse_sum",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("light", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("shown_total", sa.Integer(), nullable=False),
        _points_to("pulse_sum", "project_id", "project"),
        sa.PrimaryKeyConstraint("project_id", "month", "light", name=op.f("pk_pulse_sum")),
    )
