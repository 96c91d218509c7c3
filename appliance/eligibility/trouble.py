"""The one exception root: every failure a person may have to act on."""

from appliance.eligibility.catalogue import CATALOGUE, Entry, Fault


class Trouble(Exception):  # noqa: N818 - the house word for every failure, temporary ones included
    """Something went wrong that a person may have to act on.

    `code` is a row of the catalogue; `detail` is for the log and the engineer and never holds a patient's
    identifier, a PIN or a name. Raises `KeyError` when the code is not in the catalogue.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.entry: Entry = CATALOGUE[code]
        self.detail = detail
        super().__init__(f"{code} {self.entry.title}" + (f" ({detail})" if detail else ""))

    @property
    def code(self) -> str:
        """The code that page, MQTT, command line and log all show."""
        return self.entry.code

    @property
    def fault(self) -> Fault:
        """Whose fault it is."""
        return self.entry.fault

    @property
    def retryable(self) -> bool:
        """Whether doing the same again can help."""
        return self.entry.retryable
