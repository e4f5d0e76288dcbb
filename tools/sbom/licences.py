"""What licence a component says it has, in the words of CycloneDX."""

import re
from importlib import metadata
from pathlib import Path

#: Words of package metadata that mean one licence of the SPDX list and no other.
_SPDX_OF_WORDS = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "mit": "MIT",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl-2.0": "MPL-2.0",
    "psf-2.0": "PSF-2.0",
}
#: Python packages whose metadata name no licence: that of the licence file which they install.
_SPDX_OF_FILE = {"atheris": "Apache-2.0"}
#: Debian packages, or the sources of several, whose copyright files are prose: the licence of what they install.
_SPDX_OF_PROSE = {
    "glibc": "LGPL-2.1-or-later",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libxcrypt": "LGPL-2.1-or-later",
    "python3-defaults": "PSF-2.0",
    "python3.11": "PSF-2.0",
}
_SHORT = 60
_COMMON = re.compile(r"/usr/share/common-licenses/([A-Za-z]+(?:-[0-9]+(?:\.[0-9]+)*)?)")
_FIELD = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)

Licences = list[dict[str, object]]


def expression(spdx: str) -> Licences:
    """Give a licence by an SPDX expression."""
    return [{"expression": spdx}] if re.search(r"\s|\(", spdx) else [{"license": {"id": spdx}}]


def named(words: list[str]) -> Licences:
    """Give licences by what they are called; the name is all that is known."""
    return [{"license": {"name": name}} for name in sorted(set(words))]


def licences_of_distribution(name: str) -> Licences:
    """Give the licence that the metadata of an installed Python package states.

    An SPDX expression counts first, then a short field, then the classifiers; a word that may mean several licences
    ("BSD License") stays a name.
    """
    stated = metadata.metadata(name)
    for spdx in stated.get_all("License-Expression") or ():
        return expression(spdx)
    words = next(iter("".join(stated.get_all("License") or ()).strip().splitlines()), "").strip()
    trove = [entry.rpartition(" :: ")[2] for entry in stated.get_all("Classifier") or () if entry.startswith("License")]
    for candidate in (words, *trove):
        if spdx := _SPDX_OF_WORDS.get(candidate.lower()):
            return expression(spdx)
    if trove:
        return named(trove)
    if words and len(words) <= _SHORT:
        return named([words])
    if spdx := _SPDX_OF_FILE.get(name):
        return expression(spdx)
    raise SystemExit(f"sbom: the metadata of {name} states no licence that tools/sbom/licences.py can read")


def licences_of_debian(package: str, source: str, root: Path) -> Licences:
    """Give the licences that the copyright file of an installed Debian package names.

    A machine-readable file names them in `License:` fields. An older one refers to texts in common-licenses; what it
    says in prose was read for the sources that the extension and Python are made of.
    """
    if spdx := _SPDX_OF_PROSE.get(package, _SPDX_OF_PROSE.get(source)):
        return expression(spdx)
    file = root / "usr/share/doc" / package / "copyright"
    text = file.read_text(errors="replace") if file.is_file() else ""
    words = (_FIELD if text.startswith("Format:") else _COMMON).findall(text)
    return named([" ".join(word.split()) for word in words] or [f"see the copyright file of {package}"])
