"""`python -m sbom WHEEL --out FILE`: write the bill of materials of a wheel, or of an image with `--image ROOT`."""

import argparse
import os
from pathlib import Path

from sbom import document


def main() -> None:
    """Gather, check against the schema, write and count."""
    parser = argparse.ArgumentParser(prog="sbom", description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--image", type=Path, metavar="ROOT", help="the root folder of an image that holds the wheel")
    asked = parser.parse_args()

    parts = document.gather(asked.wheel, asked.image)
    text = document.text_of(document.document_of(parts, int(os.environ["SOURCE_DATE_EPOCH"])))
    if flaws := document.flaws_of(text):
        raise SystemExit("sbom: not a CycloneDX 1.6 document\n" + "\n".join(flaws))
    asked.out.write_text(text)
    print(*document.summary(parts), sep="\n")
    print(f"sbom: {len(parts.components)} components, valid CycloneDX 1.6, in {asked.out}")


if __name__ == "__main__":
    main()
