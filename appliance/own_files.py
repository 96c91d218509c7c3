"""What an engineer has added on this one box: TOML files in a folder of the state folder, read as far as they can be."""

from pathlib import Path

from appliance.eligibility.toml_rows import UNKNOWN_LINE, Refusal

SIZE_LIMIT = 1_000_000


def texts(folder: Path) -> tuple[dict[str, str], tuple[Refusal, ...]]:
    """The texts of `folder`'s TOML files by name ("troubles.d/ours.toml"), in order; and the files that cannot be read.

    No folder means no files. Never raises: a bad file must not hide the good ones.
    """
    found: dict[str, str] = {}
    refusals: list[Refusal] = []
    try:
        paths = sorted(path for path in folder.glob("*.toml") if not path.is_dir())
    except OSError as error:
        return found, (Refusal(folder.name, UNKNOWN_LINE, f"フォルダを開けません（{type(error).__name__}）"),)
    for path in paths:
        name = f"{folder.name}/{path.name}"
        match _text(path, name):
            case Refusal() as refusal:
                refusals.append(refusal)
            case text:
                found[name] = text
    return found, tuple(refusals)


def _text(path: Path, name: str) -> str | Refusal:
    if not path.is_file():  # a pipe would be waited for without end
        return Refusal(name, UNKNOWN_LINE, "ふつうのファイルではありません")
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        return Refusal(name, UNKNOWN_LINE, f"ファイルを読めません（{type(error).__name__}）")
    if len(data) > SIZE_LIMIT:
        return Refusal(name, UNKNOWN_LINE, f"大きすぎます（上限 {SIZE_LIMIT} バイト）")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Refusal(name, line, "UTF-8ではありません。文字コードをUTF-8にして保存してください")
