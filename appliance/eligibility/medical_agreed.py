"""Of an answer with medical information, what the patient has agreed to: the center leaves out the rest, and so does the box."""

from collections.abc import Collection
from dataclasses import replace

from appliance.eligibility.medical_access import Item
from appliance.eligibility.message_drugs import ClaimedDay, ClaimedMonth, DrugBody, Treatment

_OPERATIONS = range(50, 60)
"""診療識別 of operations and the anaesthesia with them, as claims write it."""


def is_operation(one: Treatment) -> bool:
    """Whether a 診療行為 is an operation."""
    kind = (one.me_tr_id_cl or "").strip()
    return kind.isascii() and kind.isdigit() and int(kind) in _OPERATIONS


def agreed_records(body: DrugBody, items: Collection[Item]) -> DrugBody:
    """`body` with nothing but `items`: a day or a month of which nothing is left is left out too."""
    months = (_month(one, items) for one in body.me_tr_month_inf)
    return replace(
        body,
        me_tr_month_inf=tuple(one for one in months if one.di_date_infs),
        cz_di_inf=body.cz_di_inf if Item.DRUGS in items else (),
        sh_pr_inf=body.sh_pr_inf if Item.DRUGS in items else (),
    )


def _month(month: ClaimedMonth, items: Collection[Item]) -> ClaimedMonth:
    days = (_day(one, items) for one in month.di_date_infs)
    return replace(month, di_date_infs=tuple(one for one in days if one.drug_infs or one.me_tr_infs))


def _day(day: ClaimedDay, items: Collection[Item]) -> ClaimedDay:
    return replace(
        day,
        drug_infs=day.drug_infs if Item.DRUGS in items else (),
        me_tr_infs=tuple(
            one
            for one in day.me_tr_infs
            if (Item.OPERATIONS if is_operation(one) else Item.TREATMENTS) in items
        ),
    )
