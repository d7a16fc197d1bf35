"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
        sa.UniqueConstraint("name", name=op.f("uq_clients_name")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "fieldworkers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_fieldworkers_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_fieldworkers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fieldworkers")),
        sa.UniqueConstraint("client_id", "code", name=op.f("uq_fieldworkers_client_id_code")),
        sa.UniqueConstraint("client_id", "user_id", name=op.f("uq_fieldworkers_client_id_user_id")),
    )
    with op.batch_alter_table("fieldworkers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fieldworkers_user_id"), ["user_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitations_token_sha256")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_user_id"), ["user_id"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_journal_actor_id")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_journal_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_client_id_at"), ["client_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_journal_client_id_subject_id_at"), ["client_id", "subject_id", "at"], unique=False
        )

    op.create_table(
        "stores",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.String(length=48), nullable=True),
        sa.Column("longitude", sa.String(length=48), nullable=True),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_stores_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stores")),
        sa.UniqueConstraint("client_id", "code", name=op.f("uq_stores_client_id_code")),
    )
    with op.batch_alter_table("stores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stores_client_id_region"), ["client_id", "region"], unique=False)

    op.create_table(
        "studies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("staff_notice", sa.Text(), nullable=False),
        sa.Column("staff_notice_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_studies_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
        sa.UniqueConstraint("slug", name=op.f("uq_studies_slug")),
    )
    with op.batch_alter_table("studies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studies_client_id_slug"), ["client_id", "slug"], unique=False)

    op.create_table(
        "checklist_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("source_name", sa.String(length=300), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_checklist_versions_client_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_checklist_versions_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_versions")),
        sa.UniqueConstraint(
            "study_id", "form_id", "number", name=op.f("uq_checklist_versions_study_id_form_id_number")
        ),
        sa.UniqueConstraint(
            "study_id", "form_id", "sha256", name=op.f("uq_checklist_versions_study_id_form_id_sha256")
        ),
    )
    with op.batch_alter_table("checklist_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checklist_versions_client_id_study_id"), ["client_id", "study_id"], unique=False
        )

    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_memberships_client_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_memberships_store_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_user_id"), ["user_id"], unique=False)

    op.create_table(
        "waves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_waves_client_id")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_waves_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_waves_study_id_name")),
    )
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_waves_client_id_study_id_starts_on"), ["client_id", "study_id", "starts_on"], unique=False
        )

    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("fieldworker_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("briefing", sa.Text(), nullable=False),
        sa.Column("gold_role", sa.String(length=40), nullable=False),
        sa.Column("disclosure", sa.String(length=20), nullable=False),
        sa.Column("covert_reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_assignments_approved_by")),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_assignments_client_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_assignments_created_by")),
        sa.ForeignKeyConstraint(["fieldworker_id"], ["fieldworkers.id"], name=op.f("fk_assignments_fieldworker_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_assignments_store_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_assignments_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignments_client_id_fieldworker_id_window_from"),
            ["client_id", "fieldworker_id", "window_from"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_assignments_client_id_wave_id_store_id"), ["client_id", "wave_id", "store_id"], unique=False
        )

    op.create_table(
        "editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_editions_client_id")),
        sa.ForeignKeyConstraint(["released_by"], ["users.id"], name=op.f("fk_editions_released_by")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_editions_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("wave_id", "number", name=op.f("uq_editions_wave_id_number")),
    )
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_editions_client_id_wave_id"), ["client_id", "wave_id"], unique=False)

    op.create_table(
        "store_editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"], ["checklist_versions.id"], name=op.f("fk_store_editions_checklist_version_id")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_store_editions_client_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_store_editions_edition_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_store_editions_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_editions")),
        sa.UniqueConstraint("edition_id", "store_id", name=op.f("uq_store_editions_edition_id_store_id")),
    )
    with op.batch_alter_table("store_editions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_store_editions_client_id_store_id"), ["client_id", "store_id"], unique=False
        )

    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("fieldworker_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("gold_role", sa.String(length=40), nullable=False),
        sa.Column("disclosure", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_visits_assignment_id")),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"], ["checklist_versions.id"], name=op.f("fk_visits_checklist_version_id")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_visits_client_id")),
        sa.ForeignKeyConstraint(["fieldworker_id"], ["fieldworkers.id"], name=op.f("fk_visits_fieldworker_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_visits_store_id")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_visits_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visits_client_id_assignment_id"), ["client_id", "assignment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visits_client_id_fieldworker_id"), ["client_id", "fieldworker_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visits_client_id_wave_id_state_store_id"),
            ["client_id", "wave_id", "state", "store_id"],
            unique=False,
        )

    op.create_table(
        "answers",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=120), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("is_na", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_answers_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_answers_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "revision", "question", name=op.f("pk_answers")),
    )
    op.create_table(
        "conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_conflicts_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_conflicts_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("visit_id", "revision", "sha256", name=op.f("uq_conflicts_visit_id_revision_sha256")),
    )
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflicts_client_id_visit_id"), ["client_id", "visit_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_drafts_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_drafts_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "encounters",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=120), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("feeling", sa.Integer(), nullable=True),
        sa.Column("arousal", sa.Integer(), nullable=True),
        sa.Column("met_at", sa.String(length=5), nullable=False),
        sa.Column("crowding", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_encounters_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_encounters_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "revision", "section", name=op.f("pk_encounters")),
    )
    op.create_table(
        "jottings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("jotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_jottings_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_jottings_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jottings")),
    )
    with op.batch_alter_table("jottings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_jottings_client_id_visit_id_jotted_at"), ["client_id", "visit_id", "jotted_at"], unique=False
        )

    op.create_table(
        "photos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_photos_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_photos_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_photos_client_id_visit_id_question"), ["client_id", "visit_id", "question"], unique=False
        )

    op.create_table(
        "return_reasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_return_reasons_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_return_reasons_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_reasons")),
    )
    with op.batch_alter_table("return_reasons", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_return_reasons_client_id_visit_id_revision"),
            ["client_id", "visit_id", "revision"],
            unique=False,
        )

    op.create_table(
        "scores",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("earned", sa.BigInteger(), nullable=False),
        sa.Column("possible", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.String(length=48), nullable=True),
        sa.Column("final", sa.String(length=48), nullable=True),
        sa.Column("fired", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"], ["checklist_versions.id"], name=op.f("fk_scores_checklist_version_id")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_scores_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_scores_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_scores")),
    )
    op.create_table(
        "section_scores",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=120), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("earned", sa.BigInteger(), nullable=False),
        sa.Column("possible", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("na_count", sa.Integer(), nullable=False),
        sa.Column("is_zeroed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_section_scores_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_section_scores_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "section", name=op.f("pk_section_scores")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_submissions_client_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_submissions_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("visit_id", "revision", name=op.f("uq_submissions_visit_id_revision")),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submissions_client_id_visit_id"), ["client_id", "visit_id"], unique=False)

    refuse_changes("journal", "update", "delete")
    refuse_changes("jottings", "update")


def refuse_changes(table: str, *verbs: str) -> None:
    """The database itself keeps these tables append-only."""
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    action = {
        "postgresql": "FOR EACH ROW EXECUTE FUNCTION append_only()",
        "sqlite": f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    }[dialect]
    for verb in verbs:
        op.execute(f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {action}")


def downgrade() -> None:
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submissions_client_id_visit_id"))

    op.drop_table("submissions")
    op.drop_table("section_scores")
    op.drop_table("scores")
    with op.batch_alter_table("return_reasons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_reasons_client_id_visit_id_revision"))

    op.drop_table("return_reasons")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photos_client_id_visit_id_question"))

    op.drop_table("photos")
    with op.batch_alter_table("jottings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jottings_client_id_visit_id_jotted_at"))

    op.drop_table("jottings")
    op.drop_table("encounters")
    op.drop_table("drafts")
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflicts_client_id_visit_id"))

    op.drop_table("conflicts")
    op.drop_table("answers")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visits_client_id_wave_id_state_store_id"))
        batch_op.drop_index(batch_op.f("ix_visits_client_id_fieldworker_id"))
        batch_op.drop_index(batch_op.f("ix_visits_client_id_assignment_id"))

    op.drop_table("visits")
    with op.batch_alter_table("store_editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_store_editions_client_id_store_id"))

    op.drop_table("store_editions")
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_editions_client_id_wave_id"))

    op.drop_table("editions")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_client_id_wave_id_store_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_client_id_fieldworker_id_window_from"))

    op.drop_table("assignments")
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waves_client_id_study_id_starts_on"))

    op.drop_table("waves")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_user_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_client_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("checklist_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_versions_client_id_study_id"))

    op.drop_table("checklist_versions")
    with op.batch_alter_table("studies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studies_client_id_slug"))

    op.drop_table("studies")
    with op.batch_alter_table("stores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stores_client_id_region"))

    op.drop_table("stores")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_client_id_subject_id_at"))
        batch_op.drop_index(batch_op.f("ix_journal_client_id_at"))

    op.drop_table("journal")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_user_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("fieldworkers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fieldworkers_user_id"))

    op.drop_table("fieldworkers")
    op.drop_table("users")
    op.drop_table("clients")
