"""Every kind of row there is."""

from appliance.eligibility.rules.accepted import DocumentRow
from appliance.eligibility.rules.ceilings import CeilingRow
from appliance.eligibility.rules.checkup_ranges import CheckupRangeRow
from appliance.eligibility.rules.claims import ClaimRow
from appliance.eligibility.rules.consents import ConsentRow
from appliance.eligibility.rules.copayment import CopaymentRow
from appliance.eligibility.rules.deadlines import DeadlineRow
from appliance.eligibility.rules.duty import DutyRow, GraceRow, ObstacleRow
from appliance.eligibility.rules.incentives import IncentiveRow, SubsidyRow
from appliance.eligibility.rules.laws import LawRow
from appliance.eligibility.rules.limits import LimitRow
from appliance.eligibility.rules.notices import NoticeRow
from appliance.eligibility.rules.points import PointsRow, RateBasisRow, UseRateRow
from appliance.eligibility.rules.postings import PostingRow
from appliance.eligibility.rules.retention import RetentionRow
from appliance.eligibility.rules.rule import Rule
from appliance.eligibility.rules.variants import VariantRow

KINDS: tuple[type[Rule], ...] = (
    PointsRow,
    UseRateRow,
    RateBasisRow,
    PostingRow,
    DocumentRow,
    CopaymentRow,
    CeilingRow,
    ConsentRow,
    ClaimRow,
    DeadlineRow,
    NoticeRow,
    LimitRow,
    RetentionRow,
    SubsidyRow,
    IncentiveRow,
    DutyRow,
    GraceRow,
    ObstacleRow,
    CheckupRangeRow,
    LawRow,
    VariantRow,
)
