"""`.err`: what the terminal says about a request that it returned. The content is not public, so the bytes count."""

from dataclasses import dataclass

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import BOM, Encoding

ERR_SIZE_LIMIT = 1024 * 1024
_FIRST_KANA = "\u3040"


@dataclass(frozen=True)
class ErrFile:
    """The bytes as they came, and as text; `encoding` is None when neither encoding fits, and the text then has U+FFFD."""

    data: bytes
    text: str
    encoding: Encoding | None


def read_err(data: bytes) -> ErrFile:
    """Any bytes as an error file. Raises `Trouble` INPUT-002 when there are more than `ERR_SIZE_LIMIT`."""
    if len(data) > ERR_SIZE_LIMIT:
        raise Trouble("INPUT-002", f"{len(data)} バイトあります（上限 {ERR_SIZE_LIMIT}）")
    if data.startswith(BOM):
        return ErrFile(data, data[len(BOM) :].decode("utf-8", "replace"), Encoding.UTF_8)
    utf_8, japanese = _decoded(data, Encoding.UTF_8), _decoded(data, Encoding.SHIFT_JIS)
    # Japanese in UTF-8 often passes for code page 932 too, as nonsense; the other way round it hardly ever does.
    if utf_8 is not None and (japanese is None or max(utf_8, default="") >= _FIRST_KANA):
        return ErrFile(data, utf_8, Encoding.UTF_8)
    if japanese is not None:
        return ErrFile(data, japanese, Encoding.SHIFT_JIS)
    return ErrFile(data, data.decode("cp932", "replace"), None)


def _decoded(data: bytes, encoding: Encoding) -> str | None:
    try:
        return data.decode(encoding.codec)
    except UnicodeDecodeError:
        return None
