"""One card visit as a process of its own: what `pkcs11-tool` is to OpenSC. `python -m benchmarks.one_visit READER TRUST`."""

import sys
from pathlib import Path

from benchmarks.card_world import prove_holder

if __name__ == "__main__":
    prove_holder(sys.argv[1], Path(sys.argv[2]))
