"""Results in the encoding a folder wants: written anew, with what cannot be written made visible."""

from appliance.eligibility import message_xml
from appliance.eligibility.center_reading import PDF_START
from appliance.eligibility.message_xml import UNMAPPABLE
from appliance.eligibility.request_families import Family
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, Encoding, parse


def in_encoding(data: bytes, family: Family, encoding: Encoding) -> tuple[bytes, tuple[str, ...]]:
    """A result of `family` in `encoding`, and the element of every character that became ●. PDF stays as it is.

    What is in that encoding already is not touched. Raises `Trouble` INPUT-002 or INPUT-003 for no such result.
    """
    if data.startswith(PDF_START):
        return data, ()
    source = parse(data, BULK_SIZE_LIMIT)
    if source.encoding is encoding:
        return data, ()
    message = message_xml.read_source(family.result, source)
    lost = message_xml.replacements(message, encoding)
    return message_xml.write(message, encoding), tuple(one.path for one in lost if UNMAPPABLE in one.written)
