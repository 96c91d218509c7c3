"""The account lane: opens and closes the broker's accounts that the pages wish for."""

import logging

from appliance.ledger import account_wishes, consumers
from appliance.ledger.account_wishes import AccountWish
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync.consumer_accounts import close_account, open_account, renew_rights
from appliance.sync.lane import ListeningLane

_log = logging.getLogger(__name__)
_AGAIN = 30.0
"""Seconds after a failure: the disk may be full."""


class AccountLane(ListeningLane):
    """There is one in a box."""

    def __init__(self, box: Box, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        super().__init__("account-lane", ledger, Topic.DELIVERIES, held_off=_AGAIN)
        self._box = box
        self._settings = settings
        self._clock = clock

    def _begin(self) -> None:
        try:
            with account_wishes.handover_folder(self._box):
                pass
        except OSError as error:
            _log.error("the folder of vendors' files was not tidied: %s", type(error).__name__)

    def _failed(self, error: Exception) -> None:
        _log.error("an account was not opened or closed: %s", type(error).__name__)

    def _turn(self) -> None:
        self.turn()

    def turn(self) -> None:
        """Fulfil every wish. One that is cut off is fulfilled again: then the password before it is good no more."""
        for wish in account_wishes.wanted(self._ledger):
            self._fulfil(wish)
            account_wishes.fulfilled(self._ledger, wish)

    def _fulfil(self, wish: AccountWish) -> None:
        box, settings, now = self._box, self._settings, self._clock()
        if consumers.find(self._ledger, wish.consumer) is None:
            close_account(box, settings, self._ledger, wish.consumer, now)
        elif wish.anew:
            open_account(box, settings, self._ledger, wish.consumer, now)
        else:
            renew_rights(box, settings, self._ledger, now)
