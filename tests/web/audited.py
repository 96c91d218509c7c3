"""Which view leaves which row in the audit trail. Every view stands in one of the tables; a new one without an entry fails.

`watched` looks at each request that the web room's tests make: a view of `ALWAYS` that succeeds must have left a row of its
actions. `IF_CHANGED` holds those that leave one only when they changed something. Of `SILENT` each group says why.
"""

from flask import Flask, Response, g, request

from appliance.ledger.database import Ledger

ALWAYS = {
    "bulk.take_list POST": "make-bulk-run",
    "bulk.take_period POST": "make-bulk-run",
    "bulk.one_run GET": "open-bulk-run",
    "bulk.export GET": "export-bulk-run",
    "bulk.release POST": "release-bulk-run",
    "bulk.stop POST": "stop-bulk-run",
    "bulk.repeat POST": "repeat-bulk-run",
    "clinical.listing GET": "medical-list",
    "clinical.printed POST": "medical-print",
    "clinical.begin_emergency POST": "emergency-begun",
    "desk.end_opening POST": "emergency-ended",
    "desk.review_opening POST": "emergency-reviewed",
    "desk.reset_box POST": "reset-wanted",
    "desk.make_account POST": "account-made",
    "desk.add_asset POST": "asset-added",
    "desk.change_asset POST": "asset-changed",
    "desk.remove_asset POST": "asset-removed",
    "desk.audit_page GET": "audit-viewed",
    "desk.export_audit POST": "audit-exported",
    "desk.review_page GET": "audit-viewed",
    "desk.sign_off_month POST": "audit-reviewed",
    "desk.verify_trail POST": "audit-verify",
    "desk.copy_heads POST": "audit-heads-copied",
    "desk.write_backup POST": "backup-begun",
    "desk.make_support POST": "support-bundle",
    "desk.finish_update POST": "update-uploaded",
    "desk.restart_into_update POST": "update-restart",
    "desk.cancel_restart POST": "update-cancel",
    "desk.take_file POST": "consumer-file-taken",
    "desk.make_token POST": "make-token",
    "desk.take_in_tls POST": "tls-certificate",
    "desk.remove_tls POST": "tls-certificate-remove",
    "desk.test_readers POST": "test-readers",
    "desk.tick_step POST": "step-ticked",
    "desk.say_step POST": "trial-step",
    "desk.end_trial POST": "trial-ended",
    "disaster.open_mode POST": "open-disaster-mode",
    "disaster.search POST": "disaster-search",
    "line.check POST": "check-line",
    "outage.start GET": "list-outage-notes",
    "outage.edit_form GET": "open-outage-note",
    "outage.make_list POST": "make-outage-list",
    "outage.one_list GET": "open-outage-list",
    "outage.report GET": "open-outage-report",
    "outage.write POST": "write-outage-note",
    "reception.certificates GET": "list-certificates",
    "reception.edit_form GET": "open-certificate",
    "reception.add POST": "add-certificate",
    "reception.edit POST": "edit-certificate",
    "reception.end POST": "end-certificate",
    "reception.link POST": "link-number",
    "reception.unlink POST": "unlink-number",
    "reception.register POST": "register-number",
    "reception.received POST": "say-received",
    "reception.repeat POST": "repeat-check",
    "reception.read_paper POST": "read-paper",
    "helping.sight POST": "sight.begun",
    "helping.judge POST": "holder.judged-yes holder.judged-no",
    "session.sign_out POST": "sign-out",
    "session.unlock POST": "unlock",
    "session.begin POST": "account-made",
    "session.pair POST": "screen-paired",
    "desk.enrolment_code POST": "enrolment-code-made",
    "desk.prepare_screen POST": "screen-prepared",
    "desk.remove_screen POST": "screen-removed",
    "desk.approve_maintenance POST": "maintenance-approved",
    "desk.end_maintenance POST": "maintenance-ended",
    "statistics.export GET": "export-statistics",
    "statistics.export_quotes GET": "export-statistics",
    "statistics.add_quote POST": "add-quote",
    "tasks.month GET": "open-month",
    "tasks.export GET": "export-month",
}

IF_CHANGED = {
    "session.sign_in POST": "sign-in sign-in-refused",
    "second.check POST": "second-factor second-factor-refused",
    "second.prove POST": "second-factor second-factor-refused",
    "session.lock POST": "lock",
    "second.confirm POST": "second-factor-set",
    "account.change_password POST": "own-password own-password-refused",
    "account.end_sign_ins POST": "own-sign-ins-ended own-password-refused",
    "second.keep POST": "passkey-set",
    "second.enrol POST": "enrolment-code",
    "second.remove_app POST": "second-factor-removed",
    "second.remove_passkey POST": "passkey-removed",
    "clinical.open_tab POST": "medical-ask medical-view",
    "clinical.read GET": "medical-view",
    "clinical.choose_in_emergency POST": "emergency-patient",
    "clinical.read_in_emergency GET": "emergency-view",
    "clinical.end_emergency POST": "emergency-ended",
    "reception.check_detail GET": "open-check",
    "reception.expected_detail GET": "open-expected",
    "reception.ask_about_expected POST": "manual-check",
    "reception.send POST": "manual-check",
    "reception.seen POST": "see-check",
    "reception.withdraw POST": "withdraw-check",
    "queue.seen POST": "see-check",
    "queue.retry_check POST": "retry-check",
    "queue.retry_in_pane POST": "retry-check",
    "queue.retry_delivery POST": "retry-delivery",
    "queue.offer_in_pane POST": "retry-delivery",
    "queue.drop_delivery POST": "drop-delivery",
    "tasks.done POST": "end-task",
    "tasks.close POST": "close-visit",
    "outage.one_note GET": "open-outage-note",
    "outage.edit POST": "edit-outage-note",
    "outage.look_up POST": "look-up-outage-note",
    "outage.accept POST": "close-outage-note",
    "outage.close POST": "close-outage-note",
    "outage.reopen POST": "reopen-outage-note",
    "disaster.found GET": "disaster-found",
    "disaster.open_kind POST": "disaster-open",
    "disaster.read GET": "disaster-view",
    "disaster.printed POST": "disaster-print",
    "disaster.extend POST": "extend-disaster-mode",
    "disaster.end POST": "end-disaster-mode",
    "fallback.declaration GET": "open-declaration",
    "line.hold POST": "hold-line",
    "line.release POST": "release-line",
    "desk.disable_account POST": "account-disabled",
    "desk.enable_account POST": "account-enabled",
    "desk.new_password POST": "account-password",
    "desk.new_role POST": "account-role",
    "desk.reset_second_factor POST": "second-factor-reset",
    "desk.offer POST": "certificate-offer",
    "desk.accept POST": "certificate-accept",
    "desk.activate POST": "certificate-activate",
    "desk.remove POST": "certificate-remove",
    "desk.add_consumer POST": "consumer-set",
    "desk.remove_consumer POST": "consumer-removed",
    "desk.change_lists POST": "consumer-set",
    "desk.change_rights POST": "consumer-allowed",
    "desk.change_medical POST": "consumer-extra-given consumer-extra-taken-back",
    "desk.change_extras POST": "consumer-extra-given consumer-extra-taken-back",
    "desk.change_form POST": "consumer-form",
    "desk.new_file POST": "consumer-file-wanted",
    "desk.share_folder POST": "share-on share-password",
    "desk.share_no_more POST": "share-off",
    "desk.revoke_token POST": "revoke-token",
    "desk.set_up_reader POST": "reader-set-up reader-described",
    "desk.disable_reader POST": "reader-disabled",
    "desk.enable_reader POST": "reader-enabled",
    "desk.change_setting POST": "setting-changed",
    "desk.undo_setting POST": "setting-changed",
    "desk.untick_step POST": "step-unticked",
    "desk.begin_trial POST": "trial-begun",
    "statistics.enter POST": "enter-figure",
    "statistics.delete_quote POST": "delete-quote",
    "api.hand_in POST": "make-bulk-run",
    "api.ask POST": "request-check",
    "api.all_runs GET": "api-read",
    "api.one_run GET": "api-read",
    "api.dead_letters GET": "api-read",
    "api.pending GET": "api-read",
    "api.one_delivery GET": "api-read",
    "api.stream GET": "api-read",
    "api.pending_notices GET": "api-read",
    "api.one_request GET": "api-read",
    "api.box_state GET": "api-read",
    "api.reader_states GET": "api-read",
}

_SILENT = {
    "the day's lists stand open on every desk all day; the sign-in says who could see them": """
        reception.start GET reception.events GET tasks.page GET tasks.events GET queue.page GET bulk.start GET bulk.events GET
        helping.pane GET helping.alarm GET disaster.banner GET reception.alive GET""",
    "an empty form, or one with what the page before it showed and wrote down": """
        reception.manual_form GET reception.new_form GET outage.new_note GET disaster.form GET session.form GET second.form GET
        clinical.emergency_page GET desk.emergency_openings GET
        session.first_start GET session.screen GET session.locked GET second.begin GET fallback.start GET fallback.answer GET""",
    "judges what is being typed and keeps nothing": """
        reception.warnings POST reception.certificate_warnings POST outage.judge POST outage.judge_numbers POST
        help.find POST""",
    "the picture of a paper that read-paper wrote down; it is forgotten, never kept": """
        reception.picture GET reception.discard POST""",
    "leads a visit; the check that comes of it, and visit.sight or visit.face-confirmed, say how": """
        helping.way POST helping.language POST helping.cancel POST""",
    "the patient's own touches on the patient's screen": """
        patient.choose GET patient.page GET patient.events GET patient.back POST patient.cancel POST patient.consents POST
        patient.display POST patient.language POST patient.number POST patient.phone POST patient.pin POST patient.show POST
        patient.staff POST patient.way POST""",
    "which page of which browser looks at what, for a minute; its language": """
        reception.attend POST reception.attend_expected POST reception.leave POST reception.name_desk POST
        texts.choose POST""",
    "nothing of a patient: how the box is set up and how it is": """
        second.ways GET account.page GET desk.screens_page GET desk.maintenance_page GET
        desk.start GET desk.account_page GET desk.asset_page GET desk.backup_page GET desk.support_page GET
        desk.certificate GET desk.offered GET
        desk.guide GET desk.consumer_page GET desk.share_page GET desk.one_consumer GET desk.token_page GET desk.consumer_state GET
        desk.reader_list GET desk.health_page GET desk.morning_page GET
        desk.compare GET desk.reader_test_state GET desk.setting_page GET desk.trial_list GET desk.trial GET
        desk.retention_page GET desk.reset_page GET desk.update GET desk.update_state GET desk.tls GET trust.page GET trust.for_people GET trust.for_programs GET
        desk.trail_page GET desk.trail_look GET desk.security_checklist GET disaster.manage GET disaster.check POST line.page GET session.health GET
        api.openapi GET api.figures GET""",
    "nothing of a patient: counts, sheets to print, help": """
        help.start GET help.duty GET help.of_page GET help.tour GET help.troubles GET printing.start GET printing.card GET
        printing.contact_cards GET printing.notice GET printing.poster GET printing.questionnaire GET printing.receipt GET
        printing.reminder GET statistics.page GET statistics.archive GET statistics.failures_page GET
        statistics.points_page GET statistics.quotes_page GET""",
    "pieces of a file that update-uploaded writes down once it is whole": "desk.begin_update POST desk.take_piece POST",
    "the secret that is shown sets nothing up; second-factor-set follows once it is confirmed": "second.show POST",
    "what a browser is to sign; what comes of it is written down": "second.ask_for_new POST second.ask_for_one POST",
    "acknowledged by a machine; the delivery itself says when": """
        api.acknowledge POST api.acknowledge_notice POST""",
}
SILENT = {
    f"{endpoint} {method}": why
    for why, views in _SILENT.items()
    for endpoint, method in zip(views.split()[::2], views.split()[1::2], strict=True)
}


def watched(app: Flask, ledger: Ledger) -> Flask:
    """`app`, in which a request of `ALWAYS` that left no row of its own ends in an `AssertionError`."""

    def before() -> None:
        g.newest_row = _newest(ledger) if _name() in ALWAYS else None

    def after(response: Response) -> Response:
        newest = g.get("newest_row")
        # A page that sends one elsewhere has shown nothing; what a form did ends in being sent on.
        is_done = response.status_code == 200 if request.method == "GET" else response.status_code < 400
        if newest is not None and is_done:
            rows = ledger.read.execute("SELECT action FROM audit WHERE seq > ?", [newest])
            left = {row["action"] for row in rows}
            assert left & set(ALWAYS[_name()].split()), f"{_name()} left no row in the audit trail"
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, before)
    app.after_request(after)
    return app


def _name() -> str:
    return f"{request.endpoint} {request.method}"


def _newest(ledger: Ledger) -> int:
    return int(ledger.read.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchone()[0])
