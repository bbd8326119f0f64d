"""More time, who holds a case, what lateness brings, what supervisors order."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables. Who holds a case now is known; who held it before is not, and is not invented."""
    op.create_table(
        "extension",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("note_id", KEY, nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decision_note_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_extension_agency_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_extension_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_extension_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_extension_decided_by_id")),
        sa.ForeignKeyConstraint(["decision_note_id"], ["note.id"], name=op.f("fk_extension_decision_note_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_extension_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index("ix_extension_case_id", "extension", ["case_id"], unique=False)
    op.create_index(
        "uq_extension_open", "extension", ["case_id"], unique=True,
        sqlite_where=sa.text("decided_at IS NULL"), postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "holding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("came_by", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loop", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_holding_agency_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_holding_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_holding_case_id_n")),
    )
    op.create_index("ix_holding_agency_id_since", "holding", ["agency_id", "since"], unique=False)
    op.create_index(
        "uq_holding_now", "holding", ["case_id"], unique=True,
        sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "contribution",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("asked_note_id", KEY, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_note_id", KEY, nullable=True),
        sa.Column("given_by_id", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_contribution_agency_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_contribution_asked_by_id")),
        sa.ForeignKeyConstraint(["asked_note_id"], ["note.id"], name=op.f("fk_contribution_asked_note_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_contribution_case_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_contribution_given_by_id")),
        sa.ForeignKeyConstraint(["given_note_id"], ["note.id"], name=op.f("fk_contribution_given_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    op.create_index(
        "ix_contribution_agency_open", "contribution", ["agency_id"], unique=False,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_contribution_case_id", "contribution", ["case_id"], unique=False)
    op.create_table(
        "explanation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("late_deadline_id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("demanded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("note_id", KEY, nullable=True),
        sa.Column("given_by_id", KEY, nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_explanation_agency_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_explanation_case_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_explanation_given_by_id")),
        sa.ForeignKeyConstraint(["late_deadline_id"], ["deadline.id"],
            name=op.f("fk_explanation_late_deadline_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_explanation_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
        sa.UniqueConstraint("late_deadline_id", name=op.f("uq_explanation_late_deadline_id")),
    )
    op.create_index("ix_explanation_agency_id", "explanation", ["agency_id"], unique=False)
    op.create_index("ix_explanation_case_id", "explanation", ["case_id"], unique=False)
    op.create_table(
        "apology",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("deadline_id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", KEY, nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_apology_agency_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_apology_answer_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_apology_case_id")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_apology_deadline_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_apology_letter_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_apology_made_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_apology_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apology")),
    )
    op.create_index("ix_apology_agency_id_made_at", "apology", ["agency_id", "made_at"], unique=False)
    op.create_index("ix_apology_case_id", "apology", ["case_id"], unique=False)
    op.create_table(
        "instruction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("issued_by_id", KEY, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_instruction_agency_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_instruction_case_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_instruction_issued_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
    )
    op.create_index(
        "ix_instruction_agency_open", "instruction", ["agency_id"], unique=False,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_instruction_case_id", "instruction", ["case_id"], unique=False)
    op.create_table(
        "instruction_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("instruction_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_instruction_entry_author_id")),
        sa.ForeignKeyConstraint(["instruction_id"], ["instruction.id"],
            name=op.f("fk_instruction_entry_instruction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_entry")),
    )
    op.create_index(
        "ix_instruction_entry_instruction_id", "instruction_entry", ["instruction_id"], unique=False,
    )
    op.create_table(
        "follow_up",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_follow_up_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_follow_up_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(
        "ix_follow_up_author_open", "follow_up", ["author_id", "look_again_on"], unique=False,
        sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_follow_up_case_id", "follow_up", ["case_id"], unique=False)
    with op.batch_alter_table("transfer_request") as batch:
        batch.add_column(sa.Column("answered_by_id", KEY, nullable=True))
        batch.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("accepted", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("answer_note_id", KEY, nullable=True))
        batch.create_foreign_key(op.f("fk_transfer_request_answered_by_id"), "person", ["answered_by_id"], ["id"])
        batch.create_foreign_key(op.f("fk_transfer_request_answer_note_id"), "note", ["answer_note_id"], ["id"])
    op.execute("""
        INSERT INTO holding (case_id, n, round, agency_id, came_by, since, until, loop)
        SELECT c.id, 1, c.round, c.agency_id, 'assigned',
               COALESCE((SELECT MAX(d.started_at) FROM deadline d WHERE d.case_id = c.id AND d.kind = 'handle'),
                        c.entered_at),
               COALESCE(c.ended_at, c.answered_at), FALSE
        FROM case_file c WHERE c.agency_id IS NOT NULL AND NOT c.historical""")


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("transfer_request") as batch:
        batch.drop_constraint("fk_transfer_request_answer_note_id", type_="foreignkey")
        batch.drop_constraint("fk_transfer_request_answered_by_id", type_="foreignkey")
        for name in ("answer_note_id", "accepted", "answered_at", "answered_by_id"):
            batch.drop_column(name)
    op.drop_table("follow_up")
    op.drop_table("instruction_entry")
    op.drop_table("instruction")
    op.drop_table("apology")
    op.drop_table("explanation")
    op.drop_table("contribution")
    op.drop_table("holding")
    op.drop_table("extension")
