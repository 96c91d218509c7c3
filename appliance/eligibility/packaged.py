"""The data files that come with this package: all that floor 1 ever reads, and as fixed as its code."""

from importlib import resources


def text_of(name: str) -> str:
    """The text of a packaged file, named from `appliance/eligibility/`: "troubles.toml", "rules/points.toml".

    Raises `ValueError` for a name that leads out of the package, `FileNotFoundError` when there is no such file.
    """
    return resources.files(__package__).joinpath(*_parts(name)).read_text("utf-8")


def names_in(folder: str, suffix: str = ".toml") -> tuple[str, ...]:
    """The names, as `text_of` takes them, of the packaged files in `folder` that end in `suffix`, in order.

    Raises `ValueError` and `FileNotFoundError` as `text_of` does.
    """
    here = resources.files(__package__).joinpath(*_parts(folder))
    return tuple(sorted(f"{folder}/{item.name}" for item in here.iterdir() if item.name.endswith(suffix)))


def _parts(name: str) -> list[str]:
    parts = name.split("/")
    if any(part in {"", ".", ".."} or "\\" in part for part in parts):
        raise ValueError(f"not a file of this package: {name}")
    return parts
