"""verdicts of photos

Revision ID: 0002
Revises: 0001

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("figures", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("problem", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("kept_at", sa.DateTime(), nullable=True))
    op.create_table(
        "photo_marks",
        sa.Column("photo_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_photo_marks_photo_id_photos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("photo_id", "mark", name=op.f("pk_photo_marks")),
    )
    with op.batch_alter_table("photo_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_marks_mark"), ["mark"], unique=False)


def downgrade():
    op.drop_table("photo_marks")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_column("kept_at")
        batch_op.drop_column("problem")
        batch_op.drop_column("figures")
