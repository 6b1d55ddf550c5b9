"""document readings

Revision ID: 0003
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "document_readings",
        sa.Column("photo_id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_document_readings_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_document_readings_photo_id_photos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_document_readings")),
    )
    with op.batch_alter_table("document_readings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_readings_application_id"), ["application_id"], unique=False)
    # Not in a batch: SQLite would copy the table, and cascade its old one's end to everything below it.
    op.add_column("applications", sa.Column("first_step", sa.String(length=20), server_default="", nullable=False))


def downgrade():
    op.drop_column("applications", "first_step")
    with op.batch_alter_table("document_readings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_readings_application_id"))

    op.drop_table("document_readings")
