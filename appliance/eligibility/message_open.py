"""Messages whose body no public source describes: the header is read as far as it is usual, the body is kept whole."""

from dataclasses import dataclass, field

from appliance.eligibility.message import Block, ResultHeader


@dataclass(frozen=True, kw_only=True)
class OpenBody(Block):
    """A body of which nothing is known: all of it is in `unknown`."""


@dataclass(frozen=True, kw_only=True)
class OpenMessage(Block):
    """A request or result of OQSsihvd, OQSsiurl, OQSsiinq, OQSsiupd, EPS, CIS, PMH, CIP or a family to come."""

    message_header: ResultHeader = field(default_factory=ResultHeader)
    message_body: OpenBody = field(default_factory=OpenBody)
