"""What the pages with a new password have in common."""

from appliance.eligibility.trouble import Trouble


def check_same(password: str, again: str) -> None:
    """Raises `Trouble` INPUT-001 when the password was not typed alike twice."""
    if password != again:
        raise Trouble("INPUT-001", "2回のパスワードが違います")
