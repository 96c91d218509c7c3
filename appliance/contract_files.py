"""Where the vendors' contract lies: beside the package in a checkout, below the environment's `share/` when installed."""

import sys
from pathlib import Path

from appliance.eligibility.trouble import Trouble

_PLACES = (
    Path(__file__).resolve().parents[1] / "contract",
    Path(sys.prefix) / "share" / "madoguchi" / "contract",
)


def contract_folder() -> Path:
    """The folder with the contract's prose, schemas, examples and consumers. Raises `Trouble` BOX-001 when there is none."""
    found = next((place for place in _PLACES if (place / "asyncapi.yaml").is_file()), None)
    if found is None:
        raise Trouble("BOX-001", "contract フォルダーがありません。入れ直してください")
    return found


def contract_files() -> tuple[tuple[str, Path], ...]:
    """Every file of the contract with its name below the folder, in order."""
    root = contract_folder()
    return tuple(
        (path.relative_to(root).as_posix(), path)
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )
