"""The same numbers asked about once more, for the insurance of a day."""

from dataclasses import replace
from datetime import date

from appliance.eligibility.message import RequestBody, RequestHeader, RequestMessage, SearchInfo


def asked_again(search: SearchInfo, institution_code: str, day: date, token: str) -> RequestMessage:
    """A new request with the numbers of an earlier one; `token` is the sender's own and never used before."""
    header = RequestHeader(
        qualification_confirmation_date=day.strftime("%Y%m%d"),
        medical_institution_code=institution_code,
        arbitrary_file_identifier=token,
    )
    clean = replace(search, arbitrary_identifier=None, unknown=())
    return RequestMessage(
        message_header=header, message_body=RequestBody(qualification_confirm_search_info=clean)
    )
