"""figures

Revision ID: 0011
Revises: 0010

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "figure_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("integration", sa.String(length=100), nullable=False),
        sa.Column("figure", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day",
            "country",
            "channel",
            "integration",
            "figure",
            "subject",
            "grade",
            "shard",
            name=op.f("pk_figure_counts"),
        ),
    )
    op.add_column("applications", sa.Column("tried", sa.String(length=400), server_default="", nullable=False))


def downgrade():
    op.drop_column("applications", "tried")
    op.drop_table("figure_counts")
