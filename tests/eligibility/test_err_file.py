import pytest

from appliance.eligibility.err_file import ERR_SIZE_LIMIT, read_err
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding

TEXT = "医療機関コードが不正です。\r\nOQS0001E"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (TEXT.encode("cp932"), TEXT, Encoding.SHIFT_JIS),
        (TEXT.encode(), TEXT, Encoding.UTF_8),
        (b"\xef\xbb\xbf" + TEXT.encode(), TEXT, Encoding.UTF_8),
        (b"OQS0001E", "OQS0001E", Encoding.SHIFT_JIS),
        ("ｴﾗｰ①".encode("cp932"), "ｴﾗｰ①", Encoding.SHIFT_JIS),
        ("ﾂｱ".encode("cp932"), "ﾂｱ", Encoding.SHIFT_JIS),
        ("é".encode(), "ﾃｩ", Encoding.SHIFT_JIS),
        (b"", "", Encoding.SHIFT_JIS),
    ],
    ids=["cp932", "utf-8", "bom", "ascii", "kana", "ambiguous", "latin", "empty"],
)
def test_both_encodings_are_tried(data: bytes, text: str, encoding: Encoding) -> None:
    found = read_err(data)
    assert (found.text, found.encoding, found.data) == (text, encoding, data)


def test_bytes_of_no_encoding_are_kept() -> None:
    found = read_err(b"E\x81\x00\x85")
    assert (found.encoding, found.data) == (None, b"E\x81\x00\x85")
    assert found.text.startswith("E\ufffd")


def test_there_is_a_limit() -> None:
    assert len(read_err(b"x" * ERR_SIZE_LIMIT).text) == ERR_SIZE_LIMIT
    with pytest.raises(Trouble, match="INPUT-002"):
        read_err(b"x" * (ERR_SIZE_LIMIT + 1))
