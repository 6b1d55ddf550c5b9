"""embedding: sessions, their history, launches and frames

Revision ID: 0012
Revises: 0011

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    # Not in a batch: SQLite would copy the table.
    op.add_column(
        "applications", sa.Column("default_upstreams", sa.Boolean(), server_default=sa.false(), nullable=False)
    )

    op.create_table(
        "embed_settings",
        sa.Column("integration_id", sa.Integer(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("origins", sa.String(), nullable=False),
        sa.Column("return_urls", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integrations.id"],
            name=op.f("fk_embed_settings_integration_id_integrations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_embed_settings")),
    )
    op.create_table(
        "embedded_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("integration_id", sa.Integer(), nullable=False),
        sa.Column("external_hash", sa.String(length=64), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("traces", sa.String(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integrations.id"], name=op.f("fk_embedded_sessions_integration_id_integrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_sessions")),
        sa.UniqueConstraint("application_id", name=op.f("uq_embedded_sessions_application_id")),
        sa.UniqueConstraint(
            "integration_id", "external_hash", name=op.f("uq_embedded_sessions_integration_id_external_hash")
        ),
    )
    with op.batch_alter_table("embedded_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_embedded_sessions_state_updated_at", ["state", "updated_at"], unique=False)

    op.create_table(
        "session_events",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["embedded_sessions.id"],
            name=op.f("fk_session_events_session_id_embedded_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_session_events")),
    )
    op.create_table(
        "embed_launches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["embedded_sessions.id"],
            name=op.f("fk_embed_launches_session_id_embedded_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embed_launches")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_embed_launches_token_hash")),
    )
    with op.batch_alter_table("embed_launches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_embed_launches_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_embed_launches_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "embed_frames",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=True),
        sa.Column("application_id", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["embedded_sessions.id"],
            name=op.f("fk_embed_frames_session_id_embedded_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_embed_frames")),
        sa.UniqueConstraint("handle_hash", name=op.f("uq_embed_frames_handle_hash")),
    )
    with op.batch_alter_table("embed_frames", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_embed_frames_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_embed_frames_expires_at"), ["expires_at"], unique=False)


def downgrade():
    for table in ("embed_frames", "embed_launches", "session_events", "embedded_sessions", "embed_settings"):
        op.drop_table(table)
    op.drop_column("applications", "default_upstreams")
