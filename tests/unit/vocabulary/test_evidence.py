from plimsoll.vocabulary.evidence import Evidence


def test_evidence_reads_back_from_its_plain_data() -> None:
    evidence = Evidence(
        "sha256:a", "sha256:b", "sha256:c", "0.1.0", seed=7, isa="baseline", inputs={"pack": "sha256:d"}
    )
    assert Evidence.from_dict(evidence.to_dict()) == evidence


def test_evidence_without_draw_has_no_seed() -> None:
    assert Evidence("sha256:a", "sha256:b", "sha256:c", "0.1.0").to_dict()["seed"] is None
