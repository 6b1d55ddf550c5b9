"""assisted onboarding

Revision ID: 0010
Revises: 0009

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDED = (
    ("applications", sa.Column("awaits_consent", sa.Boolean(), server_default=sa.false(), nullable=False)),
    ("browser_sessions", sa.Column("part", sa.Boolean(), server_default=sa.false(), nullable=False)),
    ("photos", sa.Column("given_by", sa.String(length=36), server_default="", nullable=False)),
    ("photos", sa.Column("channel", sa.String(length=12), server_default="web", nullable=False)),
)


def upgrade():
    op.create_table(
        "assistances",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("member_name", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_assistances_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistances")),
    )
    with op.batch_alter_table("assistances", schema=None) as batch_op:
        batch_op.create_index(
            "uq_assistances_present",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_assistances_application_id_begun_at", ["application_id", "begun_at"], unique=False)
        batch_op.create_index("ix_assistances_member_id_ended_at", ["member_id", "ended_at"], unique=False)
    op.create_table(
        "assistance_codes",
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_assistance_codes_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_assistance_codes")),
    )
    op.create_table(
        "person_links",
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_person_links_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_person_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_person_links_token_hash")),
    )
    # Not in a batch: SQLite would copy the table, and cascade its old one's end to everything below it.
    for table, column in ADDED:
        op.add_column(table, column)


def downgrade():
    for table, column in reversed(ADDED):
        op.drop_column(table, column.name)
    op.drop_table("person_links")
    op.drop_table("assistance_codes")
    op.drop_table("assistances")
