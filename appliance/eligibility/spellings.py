"""Element names that public implementations spell in more than one way: read as one field, written the documented way."""

_TIMED = ("SpecificHealthCheckupsInfo", "DiagnosisInfo", "OperationInfo")
"""Consents of which one exporter writes `…AcquisitionTime` for `…AvailableTime`."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "PharmacistsInfoConsFlg": ("PharmaceuticalInfoConsFlg",),
    "PharmacistsInfoConsTime": ("PharmaceuticalInfoConsTime",),
    "PharmacistsInfoAvailableTime": (
        "PharmacistsInfoAcquisitionTime",
        "PharmaceuticalInfoAvailableTime",
        "PharmaceuticalInfoAcquisitionTime",
    ),
    **{f"{stem}AvailableTime": (f"{stem}AcquisitionTime",) for stem in _TIMED},
    # One source drops the last letter.
    "DiagnosisInfoConsTime": ("DiagnosisInfoConsTim",),
}
"""Documented element name → the other spellings of it."""
