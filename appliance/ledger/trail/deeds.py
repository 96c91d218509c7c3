"""Which kind of deed each action of the trail is: for the review of a month, and to look for one kind alone."""

from enum import StrEnum


class Deed(StrEnum):
    """What somebody did, as whoever answers for the clinic thinks of it."""

    SIGN_IN = "sign-in"
    REFUSED = "refused"
    """A sign-in or a code that was not accepted."""
    MEDICAL = "medical"
    """Drugs, treatments, checkups: asked for, seen, printed, handed over."""
    PATIENT = "patient"
    """What belongs to a patient: seen, asked, changed, received."""
    EXPORT = "export"
    """Taken out as a file or handed over to look at elsewhere."""
    MAINTENANCE = "maintenance"
    """How the box is set up: accounts, consumers, readers, certificates, settings, line."""
    TRAIL = "trail"
    """The trail itself: signed, looked at, gone through."""


DEED_LABELS = {
    Deed.SIGN_IN: "サインイン",
    Deed.REFUSED: "サインインの失敗",
    Deed.MEDICAL: "医療情報",
    Deed.PATIENT: "患者さんの受付",
    Deed.EXPORT: "書き出し",
    Deed.MAINTENANCE: "設定と保守",
    Deed.TRAIL: "記録の確認",
}

_ACTIONS = {
    Deed.SIGN_IN: "sign-in sign-out second-factor enrolment-code lock unlock screen-paired",
    Deed.REFUSED: """sign-in-refused second-factor-refused page-refused unlock-refused enrolment-code-refused
        set-up-code-refused own-password-refused reset-refused emergency-refused""",
    Deed.MEDICAL: """medical-ask medical-view medical-print medical-forget medical-handed-over medical-taken request-medical
        medical-list emergency-begun emergency-patient emergency-view emergency-ended emergency-reviewed disaster-search disaster-found disaster-open disaster-view disaster-print disaster-forget""",
    Deed.PATIENT: """manual-check open-check open-expected see-check repeat-check retry-check withdraw-check say-received
        read-paper end-task open-month close-visit make-bulk-run open-bulk-run release-bulk-run repeat-bulk-run stop-bulk-run
        retry-delivery drop-delivery link-number
        unlink-number register-number list-certificates open-certificate add-certificate edit-certificate end-certificate sight.begun
        holder.judged-yes holder.judged-no visit.sight visit.face-confirmed list-outage-notes write-outage-note open-outage-note
        edit-outage-note close-outage-note reopen-outage-note look-up-outage-note make-outage-list open-outage-list
        open-outage-report open-declaration request-check request-register request-resend request-replay request-cancel""",
    Deed.EXPORT: """export-month export-bulk-run export-statistics certificate-export consumer-file-taken backup-begun
        backup-written audit-exported audit-heads-copied api-read support-bundle""",
    Deed.MAINTENANCE: """consumer-allowed hold-line release-line check-line certificate-offer certificate-accept
        certificate-activate certificate-remove certificate-adopt certificate-refused open-disaster-mode
        extend-disaster-mode end-disaster-mode second-factor-set second-factor-removed second-factor-reset passkey-set passkey-removed
        enrolment-code-made set-up-code-made screen-prepared screen-removed maintenance-approved maintenance-ended reader-assigned reader-described
        reader-set-up reader-enabled reader-disabled reader-for-phones test-readers consumer-set consumer-removed
        consumer-extra-given consumer-extra-taken-back consumer-form consumer-file-wanted share-on share-password share-off make-token revoke-token account-set
        account-made account-password own-password own-sign-ins-ended account-role account-enabled account-disabled setting-changed step-ticked
        step-unticked trial-begun trial-ended trial-step asset-added asset-changed asset-removed enter-figure add-quote
        delete-quote box-made stick-settings site-network trust-taken reset-wanted backup-restored backup-drilled retention-removed retention-cleaned tls-certificate tls-certificate-remove
        tls-new-ca update-uploaded update-installed update-restart update-cancel update-confirmed update-rolled-back""",
    Deed.TRAIL: "audit-viewed audit-verify audit-sound audit-unsound audit-cut audit-reviewed",
}
DEEDS = {action: deed for deed, actions in _ACTIONS.items() for action in actions.split()}
"""The kind of every action there is."""


def actions_of(deed: Deed) -> tuple[str, ...]:
    """The actions of one kind."""
    return tuple(_ACTIONS[deed].split())
