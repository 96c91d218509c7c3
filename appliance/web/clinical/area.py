"""The blueprint of the clinical viewer, its tabs, and the way to ask."""

from enum import StrEnum

from flask import Blueprint

from appliance.eligibility.medical_access import Item
from appliance.eligibility.medical_questions import Ask
from appliance.eligibility.trouble import Trouble
from appliance.web.room import here

blueprint = Blueprint(
    "clinical",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/clinical/static",
)


class Tab(StrEnum):
    """The pages of one patient."""

    DRUGS = "drugs"
    TREATMENTS = "treatments"
    CHECKUPS = "checkups"

    @property
    def items(self) -> tuple[Item, ...]:
        """What may stand on it."""
        return _ITEMS[self]

    @property
    def ask(self) -> Ask:
        """The question that brings it."""
        return Ask.of(self.items[0])


TAB_LABELS = {Tab.DRUGS: "お薬", Tab.TREATMENTS: "診療・手術", Tab.CHECKUPS: "健診"}
TAB_NOTES = {
    Tab.DRUGS: "レセプトによる情報は、1〜2か月遅れて載ります。",
    Tab.TREATMENTS: "レセプトによる情報は、1〜2か月遅れて載ります。",
    Tab.CHECKUPS: "載る時期は保険者により異なります。",
}
_ITEMS = {
    Tab.DRUGS: (Item.DRUGS,),
    Tab.TREATMENTS: (Item.TREATMENTS, Item.OPERATIONS),
    Tab.CHECKUPS: (Item.CHECKUPS,),
}


def tab_of(name: str) -> Tab:
    """The tab of an address. Raises `Trouble` INPUT-005 for none."""
    if name not in set(Tab):
        raise Trouble("INPUT-005")
    return Tab(name)


def check_reach() -> None:
    """Raises `Trouble` MEDICAL-003 where the center is asked through an official terminal's folders."""
    if not here().settings.needs_certificate:
        raise Trouble("MEDICAL-003")
