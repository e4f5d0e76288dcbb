"""The topics of bilateral margin; each reads the tables that it refers to from the folder of companions."""

from collections.abc import Mapping

from plimsoll.validation.reference.topic import Topic

_UNIT_TEST = ("sensitivity_ids", "addon_input_ids", "expected_total", "calculation_currency", "tolerance")

BILATERAL_TOPICS: Mapping[str, Topic] = {
    "simm_2_5_unit_tests_10d": Topic(_UNIT_TEST, "bilateral", "unit_tests_10d", reads_companions=True),
    "simm_2_5_unit_tests_1d": Topic(_UNIT_TEST, "bilateral", "unit_tests_1d", reads_companions=True),
    "simm_ore_crif_results": Topic(
        (
            *("simm_version", "horizon_days", "product_class", "risk_class", "margin_type", "bucket", "simm_side"),
            *("regulation", "expected_initial_margin", "calculation_currency", "tolerance"),
        ),
        "bilateral",
        "simm_results",
        reads_companions=True,
    ),
    "im_schedule_results": Topic(
        ("level", "item", "quantity", "expected", "tolerance"), "bilateral", "schedule_results", reads_companions=True
    ),
}
