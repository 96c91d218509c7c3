"""What the box knows of a result beside the center's own words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class About:
    """The check and the delivery that a result belongs to; all of it is unknown for a file from elsewhere.

    `institution_code` counts where the message itself names no clinic. `trouble_code` is why the check was refused.
    """

    check_id: str | None = None
    delivery_id: str | None = None
    institution_code: str | None = None
    received_at: datetime | None = None
    answered_at: datetime | None = None
    trouble_code: str | None = None


NOTHING = About()
