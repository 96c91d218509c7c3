"""Whether an opened certificate is one that this box can use: whose it is, who issued it, whether its time is over."""

import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from cryptography import x509

from appliance.eligibility.certificate import HeldCertificate, Place
from appliance.eligibility.trouble import Trouble
from appliance.identity.opening import Opened, chain_of, dates_of, name_of
from appliance.settings import Box

_CODE = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")


def judged(
    opened: Opened, box: Box, codes: Collection[str], now: datetime, by: str
) -> tuple[HeldCertificate, Opened]:
    """What may be written down of `opened`, offered by `by`; and it again with the chain as far as the box knows it.

    Raises `Trouble`: CERT-004 (the issuer is not known), CERT-005 (no institution code of `codes`), CERT-006 (over).
    """
    known = trusted(box)
    whole = Opened(opened.key, chain_of(opened.own, [*opened.chain[1:], *known]))
    first, last = dates_of(opened.own)
    if now >= last:
        raise Trouble("CERT-006", f"{last:%Y-%m-%d} まで")
    code = institution_code(opened.own, codes)
    return (
        HeldCertificate(
            fingerprint=whole.fingerprint,
            institution_code=code,
            place=Place.OFFERED,
            subject=name_of(whole.own.subject),
            issuer=" ← ".join(name_of(one.subject) for one in whole.chain[1:]),
            chain=whole.chain_pem,
            anchored=_is_anchored(whole, known, is_strict=bool(_own_anchors(box))),
            not_before=first,
            not_after=last,
            added_by=by,
            added_at=now,
        ),
        whole,
    )


def institution_code(certificate: x509.Certificate, codes: Collection[str]) -> str:
    """Whose certificate it is, of `codes`. Raises `Trouble` CERT-005.

    How the real subject is built is not public; every name in it is looked through for ten digits.
    """
    found: list[str] = [
        code for attribute in certificate.subject for code in _CODE.findall(str(attribute.value))
    ]
    ours = next((code for code in found if code in codes), None)
    if ours is None:
        raise Trouble("CERT-005", f"証明書の番号: {'、'.join(found) or 'なし'}")
    return ours


def trusted(box: Box) -> list[x509.Certificate]:
    """The authorities in `trust/clinic` and `trust/center`; a file that cannot be read counts for nothing."""
    return [*_own_anchors(box), *_certificates(box.center_trust_dir)]


def _own_anchors(box: Box) -> list[x509.Certificate]:
    return _certificates(box.clinic_trust_dir)


def _certificates(folder: Path) -> list[x509.Certificate]:
    found: list[x509.Certificate] = []
    for path in sorted(folder.glob("*.pem")):
        try:
            found += x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            continue
    return found


def _is_anchored(whole: Opened, known: list[x509.Certificate], *, is_strict: bool) -> bool:
    """Whether a trusted authority ends the chain. `is_strict`: the box has been told who issues, so no other may."""
    top = whole.chain[-1]
    if top in known:
        return True
    if is_strict or len(whole.chain) < 2 or top.issuer != top.subject:
        raise Trouble("CERT-004", f"発行者: {name_of(top.issuer)}")
    return False
