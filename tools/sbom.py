#!/usr/bin/env python3
"""What a box is made of, as a CycloneDX file: the locked Python packages with licence and hashes, and Debian's packages.

    tools/sbom.py [-o FILE] [--debian FILE]

`--debian` names the list that an image was made with: `name version` a line, as `dpkg-query -W` prints it. Without one it
is what stands in `tools/debian-packages.txt`, in the versions of this machine. The same tree gives the same file.
"""

import argparse
import re
import subprocess
import sys
import tomllib
import uuid
from datetime import UTC, datetime
from pathlib import Path

# Run as a program or imported by a test: the tools stand beside each other.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools.licences import BOX_LOCK, ROOT, licence_of, rules

_BLOCK = re.compile(r"^([a-z0-9.-]+)==(\S+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(debian: dict[str, str], made_at: datetime) -> Bom:
    """The whole bill. Raises `LookupError` for a package whose licence nobody has read."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    licences = LicenseFactory()
    bom = Bom(components=[*_python(licences), *(_debian(name, version) for name, version in debian.items())])
    bom.metadata.component = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[licences.make_from_string(project["license"])],
    )
    bom.metadata.timestamp = made_at
    names = sorted(f"{one.name} {one.version}" for one in bom.components)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([project["version"], *names]))
    for component in bom.components:
        bom.register_dependency(component)
    bom.register_dependency(bom.metadata.component, bom.components)
    return bom


def _python(licences: LicenseFactory) -> list[Component]:
    known = rules()
    return [
        Component(
            name=name,
            version=version,
            bom_ref=f"pypi:{name}",
            purl=PackageURL("pypi", None, name, version),
            licenses=[licences.make_from_string(licence_of(name, known))],
            # Of the files that may be installed; which one it is depends on the machine.
            properties=[Property(name="madoguchi:sha256", value=found) for found in _HASH.findall(rest)],
        )
        for name, version, rest in _BLOCK.findall(BOX_LOCK.read_text("utf-8"))
    ]


def _debian(name: str, version: str) -> Component:
    purl = PackageURL("deb", "debian", name, version, {"distro": "bookworm"})
    return Component(name=name, version=version, bom_ref=f"deb:{name}", purl=purl)


def installed_here() -> dict[str, str]:
    """The listed Debian packages that this machine has, with their versions."""
    lines = (ROOT / "tools" / "debian-packages.txt").read_text("utf-8").splitlines()
    wanted = [name for line in lines if (name := line.partition("#")[0].strip())]
    asked = ["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *wanted]
    return listed(subprocess.run(asked, check=False, capture_output=True, text=True).stdout)


def listed(text: str) -> dict[str, str]:
    """Package → version of `name version` lines."""
    return {pair[0]: pair[1] for line in text.splitlines() if len(pair := line.split()) == 2}


def _commit_time() -> datetime:
    said = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return datetime.fromtimestamp(int(said.stdout), UTC)


def main() -> int:
    """Write it; 0 when it is whole, 1 when a list cannot be read or a licence is not known."""
    parser = argparse.ArgumentParser(description="Write the software bill of materials of a box.")
    parser.add_argument("-o", type=Path, default=ROOT / "build" / "madoguchi.cdx.json", dest="target")
    parser.add_argument("--debian", type=Path)
    given = parser.parse_args()
    try:
        debian = listed(given.debian.read_text("utf-8")) if given.debian else installed_here()
        made = JsonV1Dot6(bill(debian, _commit_time())).output_as_string(indent=1)
    except (OSError, LookupError) as error:
        sys.stderr.write(f"sbom: {error}\n")
        return 1
    given.target.parent.mkdir(parents=True, exist_ok=True)
    given.target.write_text(f"{made}\n", "utf-8")
    sys.stdout.write(f"{given.target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
