"""lists of staff

Revision ID: 0008
Revises: 0007

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the key is exactly its own integer.
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_APPLICATIONS = (
    ("stage", sa.String(length=16), {"server_default": "", "nullable": False}),
    ("channel", sa.String(length=12), {"server_default": "web", "nullable": False}),
    ("assigned_to", sa.String(length=36), {"nullable": True}),
    ("decision", sa.String(length=10), {"nullable": True}),
)
OF_ANSWERS = (
    ("given_by", sa.String(length=36), {"server_default": "", "nullable": False}),
    ("channel", sa.String(length=12), {"server_default": "web", "nullable": False}),
)


def upgrade():
    # Not in a batch: SQLite would copy the table, and cascade its old one's end to everything below it.
    for name, kind, options in OF_APPLICATIONS:
        op.add_column("applications", sa.Column(name, kind, **options))
    for name, kind, options in OF_ANSWERS:
        op.add_column("answers", sa.Column(name, kind, **options))
    # What has no stage yet is found by it: rows of before, and those of a machine that is not renewed yet.
    unlisted = sa.text("stage = ''")
    op.create_index(
        "ix_applications_unlisted", "applications", ["id"], sqlite_where=unlisted, postgresql_where=unlisted
    )
    _listings()
    _counters()
    _search()
    _notes()


def _listings():
    op.create_table(
        "listings",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("group_key", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("assigned_to", sa.String(length=36), nullable=False),
        sa.Column("flags", sa.String(length=120), nullable=False),
        sa.Column("flags_wanted", sa.Integer(), nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_listings_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("application_id", name=op.f("uq_listings_application_id")),
    )
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.create_index("ix_listings_since", ["since", "id"], unique=False)
        batch_op.create_index("ix_listings_stage", ["stage", "since", "id"], unique=False)
        batch_op.create_index("ix_listings_group", ["group_key", "since", "id"], unique=False)
        batch_op.create_index("ix_listings_assigned", ["assigned_to", "since", "id"], unique=False)
        batch_op.create_index("ix_listings_assigned_group", ["assigned_to", "group_key", "since", "id"], unique=False)
    wanted = sa.text("flags_wanted > 0")
    op.create_index("ix_listings_flags_wanted", "listings", ["id"], sqlite_where=wanted, postgresql_where=wanted)
    op.create_table(
        "listing_flags",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("flag", sa.String(length=12), nullable=False),
        sa.Column("group_key", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("assigned_to", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["listings.id"], name=op.f("fk_listing_flags_id_listings"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", "flag", name=op.f("pk_listing_flags")),
    )
    with op.batch_alter_table("listing_flags", schema=None) as batch_op:
        batch_op.create_index("ix_listing_flags_since", ["flag", "since", "id"], unique=False)
        batch_op.create_index("ix_listing_flags_group", ["flag", "group_key", "since", "id"], unique=False)
        batch_op.create_index(
            "ix_listing_flags_assigned", ["flag", "assigned_to", "group_key", "since", "id"], unique=False
        )


def _counters():
    op.create_table(
        "listing_counts",
        sa.Column("group_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("integration", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_key", "shard", name=op.f("pk_listing_counts")),
    )
    op.create_table(
        "listing_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("integration", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("of_these_finished", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "integration", "country", "shard", name=op.f("pk_listing_days")),
    )


def _search():
    op.create_table(
        "search_terms",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "listing_id", name=op.f("pk_search_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "searches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
    )
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_searches_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_searches_created_at"), ["created_at"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("member_id", "name", name=op.f("uq_saved_views_member_id_name")),
    )


def _notes():
    op.create_table(
        "case_notes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_case_notes_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    with op.batch_alter_table("case_notes", schema=None) as batch_op:
        batch_op.create_index("ix_case_notes_application", ["application_id", "created_at"], unique=False)


def downgrade():
    for table in (
        "case_notes",
        "saved_views",
        "searches",
        "search_terms",
        "listing_days",
        "listing_counts",
        "listing_flags",
        "listings",
    ):
        op.drop_table(table)
    op.drop_index("ix_applications_unlisted", "applications")
    for name, _kind, _options in reversed(OF_ANSWERS):
        op.drop_column("answers", name)
    for name, _kind, _options in reversed(OF_APPLICATIONS):
        op.drop_column("applications", name)
