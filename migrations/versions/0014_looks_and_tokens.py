"""looks of integrations, and a token beside the one that takes its place

Revision ID: 0014
Revises: 0013

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("embed_settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theme", sa.String(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("product", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("privacy_url", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("logo", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("logo_name", sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f("ix_embed_settings_logo_name"), ["logo_name"], unique=False)

    with op.batch_alter_table("integrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token_made_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("earlier_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("earlier_made_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("earlier_used_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("earlier_until", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_integrations_earlier_hash"), ["earlier_hash"], unique=True)


def downgrade():
    with op.batch_alter_table("integrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_integrations_earlier_hash"))
        for name in ("earlier_until", "earlier_used_at", "earlier_made_at", "earlier_hash", "token_made_at"):
            batch_op.drop_column(name)

    with op.batch_alter_table("embed_settings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_embed_settings_logo_name"))
        for name in ("logo_name", "logo", "privacy_url", "product", "theme"):
            batch_op.drop_column(name)
