"""Which addresses a box tells others: those that last."""

import subprocess
import sys

ASKED = """
import subprocess
for words in ("link set lo up", "link add d0 type veth peer name d1", "link set d0 up", "link set d1 up", "address add 192.0.2.10/24 dev d0",
              "address add 192.0.2.11/24 dev d0", "address add 169.254.3.4/16 dev d0",
              "address add 2001:db8::10/64 dev d0 nodad", "address add 2001:db8::11/64 dev d0 nodad preferred_lft 0"):
    subprocess.run(["ip", *words.split()], check=True)
from appliance.identity.names import addresses
print(*addresses())
"""


def test_others_are_told_the_addresses_that_last_and_no_others() -> None:
    """In a network of the test's own: two IPv4 and an IPv6 address; the link's own and a deprecated one are not told."""
    asked = ["unshare", "--net", sys.executable, "-c", ASKED]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(said) == ["192.0.2.10", "192.0.2.11", "2001:db8::10"]
