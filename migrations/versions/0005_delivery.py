"""delivery to real upstreams

Revision ID: 0005
Revises: 0004

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "seen_once",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value_hash", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value_hash", name=op.f("pk_seen_once")),
    )
    with op.batch_alter_table("seen_once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_once_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "upstream_pictures",
        sa.Column("photo_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("public_url", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("photo_id", "place", name=op.f("pk_upstream_pictures")),
    )
    with op.batch_alter_table("integrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("key_id", sa.String(length=100), nullable=True))

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("integration", sa.String(length=100), nullable=True))

    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked", sa.String(), server_default="[]", nullable=False))

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("next_try_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("waiting_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("wanted", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("upstream_state", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("looks", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("attention", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("delivered_at", sa.DateTime(), nullable=True))
        batch_op.create_index("ix_deliveries_state_next_try_at", ["state", "next_try_at"], unique=False)
        batch_op.create_index("ix_deliveries_upstream_id", ["upstream_id"], unique=False)


def downgrade():
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_upstream_id")
        batch_op.drop_index("ix_deliveries_state_next_try_at")
        for name in ("delivered_at", "attention", "looks", "upstream_state", "wanted", "waiting_since", "next_try_at"):
            batch_op.drop_column(name)
        batch_op.drop_column("run")

    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_column("asked")

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_column("integration")

    with op.batch_alter_table("integrations", schema=None) as batch_op:
        batch_op.drop_column("key_id")
        batch_op.drop_column("public_key")

    op.drop_table("upstream_pictures")
    with op.batch_alter_table("seen_once", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seen_once_seen_at"))
    op.drop_table("seen_once")
