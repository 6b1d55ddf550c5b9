"""Owns the kinds of deeds that the record tells of, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.words import N_


class AuditAction(StrEnum):
    """A kind of deed."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHOSEN = "password_chosen"
    SECOND_STEP_SET_UP = "second_step_set_up"
    SECOND_STEP_DROPPED = "second_step_dropped"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    MEMBER_CREATED = "member_created"
    MEMBER_CHANGED = "member_changed"
    MEMBER_DISABLED = "member_disabled"
    MEMBER_ENABLED = "member_enabled"
    MEMBER_RESET = "member_reset"
    CASE_APPROVED = "case_approved"
    CASE_REJECTED = "case_rejected"
    CASE_ASKED_AGAIN = "case_asked_again"
    APPROVAL_PROPOSED = "approval_proposed"
    REJECTION_PROPOSED = "rejection_proposed"
    DECISION_WITHDRAWN = "decision_withdrawn"
    CASE_VIEWED = "case_viewed"
    PHOTO_VIEWED = "photo_viewed"
    CASES_SEARCHED = "cases_searched"
    CASE_ASSIGNED = "case_assigned"
    NOTE_WRITTEN = "note_written"
    MESSAGE_SENT = "message_sent"
    DELIVERY_RETRIED = "delivery_retried"
    ASSISTANCE_BEGUN = "assistance_begun"
    ANSWERED_FOR = "answered_for"
    PERSON_LINK_MADE = "person_link_made"
    ASSISTANCE_ENDED = "assistance_ended"
    AUDIT_EXPORTED = "audit_exported"
    FIGURES_EXPORTED = "figures_exported"
    WEBHOOK_SET = "webhook_set"
    WEBHOOK_SECRET_MADE = "webhook_secret_made"
    WEBHOOK_ENABLED = "webhook_enabled"
    WEBHOOK_DISABLED = "webhook_disabled"
    WEBHOOK_TESTED = "webhook_tested"
    WEBHOOK_RESENT = "webhook_resent"
    INTEGRATION_MADE = "integration_made"
    INTEGRATION_KIND_CHANGED = "integration_kind_changed"
    INTEGRATION_ADDRESS_CHANGED = "integration_address_changed"
    INTEGRATION_LOOK_CHANGED = "integration_look_changed"
    INTEGRATION_TOKEN_MADE = "integration_token_made"
    INTEGRATION_TOKEN_ENDED = "integration_token_ended"
    INTEGRATION_REVOKED = "integration_revoked"
    TEST_SESSION_MADE = "test_session_made"


# What the record's page calls each of them; a test wants every one.
DEEDS: Mapping[AuditAction, str] = {
    AuditAction.SIGNED_IN: N_("Signed in"),
    AuditAction.SIGN_IN_FAILED: N_("Failed to sign in"),
    AuditAction.SIGNED_OUT: N_("Signed out"),
    AuditAction.SESSION_ENDED: N_("Ended a session"),
    AuditAction.PASSWORD_CHOSEN: N_("Chose a password"),
    AuditAction.SECOND_STEP_SET_UP: N_("Took a second step into use"),
    AuditAction.SECOND_STEP_DROPPED: N_("Gave up the second step"),
    AuditAction.RECOVERY_CODE_USED: N_("Used a recovery code"),
    AuditAction.RECOVERY_CODES_MADE: N_("Made new recovery codes"),
    AuditAction.MEMBER_CREATED: N_("Added a member of staff"),
    AuditAction.MEMBER_CHANGED: N_("Changed a member of staff"),
    AuditAction.MEMBER_DISABLED: N_("Disabled a member of staff"),
    AuditAction.MEMBER_ENABLED: N_("Enabled a member of staff again"),
    AuditAction.MEMBER_RESET: N_("Reset how a member of staff signs in"),
    AuditAction.CASE_APPROVED: N_("Approved an application"),
    AuditAction.CASE_REJECTED: N_("Rejected an application"),
    AuditAction.CASE_ASKED_AGAIN: N_("Asked for something again"),
    AuditAction.APPROVAL_PROPOSED: N_("Approved as the first of two"),
    AuditAction.REJECTION_PROPOSED: N_("Rejected as the first of two"),
    AuditAction.DECISION_WITHDRAWN: N_("Took back a first decision"),
    AuditAction.CASE_VIEWED: N_("Looked at an application"),
    AuditAction.PHOTO_VIEWED: N_("Looked at a photo"),
    AuditAction.CASES_SEARCHED: N_("Searched applications"),
    AuditAction.CASE_ASSIGNED: N_("Changed whose an application is"),
    AuditAction.NOTE_WRITTEN: N_("Wrote a note"),
    AuditAction.MESSAGE_SENT: N_("Sent a message to the applicant"),
    AuditAction.DELIVERY_RETRIED: N_("Tried a delivery again"),
    AuditAction.ASSISTANCE_BEGUN: N_("Began to help somebody"),
    AuditAction.ANSWERED_FOR: N_("Gave an answer for somebody"),
    AuditAction.PERSON_LINK_MADE: N_("Made a link for somebody's part"),
    AuditAction.ASSISTANCE_ENDED: N_("Help ended"),
    AuditAction.AUDIT_EXPORTED: N_("Exported the record"),
    AuditAction.FIGURES_EXPORTED: N_("Exported figures"),
    AuditAction.WEBHOOK_SET: N_("Set where a webhook leads"),
    AuditAction.WEBHOOK_SECRET_MADE: N_("Made a new secret for a webhook"),
    AuditAction.WEBHOOK_ENABLED: N_("Switched a webhook on"),
    AuditAction.WEBHOOK_DISABLED: N_("Switched a webhook off"),
    AuditAction.WEBHOOK_TESTED: N_("Tested a webhook"),
    AuditAction.WEBHOOK_RESENT: N_("Sent a webhook's message again"),
    AuditAction.INTEGRATION_MADE: N_("Made an integration"),
    AuditAction.INTEGRATION_KIND_CHANGED: N_("Marked an integration as for tests, or as a real one"),
    AuditAction.INTEGRATION_ADDRESS_CHANGED: N_("Changed the addresses of an integration"),
    AuditAction.INTEGRATION_LOOK_CHANGED: N_("Changed the look of an integration"),
    AuditAction.INTEGRATION_TOKEN_MADE: N_("Made a token of an integration"),
    AuditAction.INTEGRATION_TOKEN_ENDED: N_("Ended a token of an integration"),
    AuditAction.INTEGRATION_REVOKED: N_("Revoked an integration"),
    AuditAction.TEST_SESSION_MADE: N_("Made a test session"),
}
