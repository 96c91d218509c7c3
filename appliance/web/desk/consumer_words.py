"""The words of the consumers' pages for how results are handed over and what else there is."""

from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind, Lists

KIND_LABELS = {
    ConsumerKind.MQTT: "電子カルテなど（MQTT）",
    ConsumerKind.API: "電子カルテなど（HTTP API）",
    ConsumerKind.FOLDER: "レセコン（共有フォルダ）",
}
LIST_LABELS = {
    "": "受け取らない",
    Lists.NIGHT.value: "受け取り、夜に照会する",
    Lists.NOW.value: "受け取り、すぐに照会する",
}
EXTRA_LABELS = {
    Extra.TASKS: "対応が必要なこと（差額、不詳など）",
    Extra.RAW: "センターの電文（XML）",
    Extra.MEDICAL: "薬剤・診療・健診の情報",
}
SCOPE_LABELS = {
    "": "渡さない",
    Scope.OWN.value: "この相手が照会した分だけ渡す",
    Scope.ALL.value: "「診療」の画面で照会した分も渡す",
}
FORM_LABELS = {Form.JSON.value: "JSON（この装置の形式）", Form.FHIR.value: "FHIR R4"}
TERM_LABELS = {
    Term.CHECK: "保険の書類の番号で照会する",
    Term.REGISTER: "照会番号をセンターに登録する",
    Term.RESEND: "受け取りそこねた結果をもう一度受け取る",
    Term.REPLAY: "過去の結果をさかのぼって受け取る",
}
