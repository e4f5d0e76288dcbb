"""The bill of materials of a plimsoll wheel, or of an image that holds it, as one CycloneDX 1.6 document."""
