"""Risk-parameter files of SPAN: what is read, what is written, and how a broken file is refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from plimsoll.engine import span_xml
from plimsoll.engine.refusals import InvalidValue
from plimsoll.engine.span_contracts import period_text
from plimsoll.engine.span_file import SpanParameters, read_span_file
from plimsoll.engine.span_writer import span_file_text
from plimsoll.vocabulary.errors import BadInput
from span_world import JUNE, MARCH, POINTS, S, commodity, contract, leg, listed, parameter_set, spread

# NIFTY future of 30 June 2026 in the settlement file of NSE Clearing of 25 June 2026, as a third party printed it.
NIFTY = [8.72, 8.72, -736.49, -736.49, 753.93, 753.93, -1481.70, -1481.70]
NIFTY += [1499.14, 1499.14, -2226.91, -2226.91, 2244.36, 2244.36, -1561.89, 1568.00]


def scan_points() -> str:
    return "".join(
        f"<scanPointDef><point>{number}</point><priceScanDef><mult>1</mult><numerator>{point.price * 3:g}</numerator>"
        f"<denominator>3</denominator></priceScanDef><volScanDef><mult>{point.volatility}</mult></volScanDef>"
        f"<weight>{point.weight}</weight><pairedPoint>{point.paired + 1}</pairedPoint></scanPointDef>"
        for number, point in enumerate(POINTS, 1)
    )


def array(losses: list[float]) -> str:
    return f"<ra><r>1</r>{''.join(f'<a>{loss:.2f}</a>' for loss in losses)}<d>1.0</d></ra>"


def span_text(**changes: str) -> str:
    """Write a file as NSE Clearing publishes it: units of one, days in periods, charges by period."""
    parts = {
        "head": '<?xml version="1.0"?>',
        "date": "20260625",
        "house": "",
        "points": f"<pointDef><r>1</r>{scan_points()}<deltaPointDef><point>1</point><priceScanDef><mult>0</mult>"
        "</priceScanDef><weight>0.27</weight></deltaPointDef></pointDef>",
        "rates": "<pbRateDef><r>1</r><isCust>1</isCust><acctType>S</acctType><isM>1</isM><pbc>CORE</pbc></pbRateDef>"
        "<pbRateDef><r>2</r><isCust>1</isCust><acctType>S</acctType><isM>0</isM><pbc>CORE</pbc></pbRateDef>"
        "<pbRateDef><r>3</r><isCust>1</isCust><acctType>S</acctType><isM>0</isM><pbc>RESRV</pbc></pbRateDef>",
        "commodity": "<riskExponent>0</riskExponent><capAnov>1</capAnov><wfprMeth>NORMAL</wfprMeth>"
        "<somMeth>MAX</somMeth>",
        "adjust": "<adjRate><r>1</r><baseR>0</baseR><val>1.0</val></adjRate>"
        "<adjRate><r>2</r><baseR>1</baseR><val>1.1</val></adjRate>",
        "tiers": "<scanTiers><tier><tn>0</tn></tier></scanTiers><intraTiers><tier><tn>1</tn><sPe>202606</sPe>"
        "<ePe>202607</ePe></tier></intraTiers><somTiers><tier><tn>0</tn><rate><r>1</r><val>0</val></rate></tier>"
        "</somTiers>",
        "spot": "<spotRate><r>1</r><pe>20260630</pe><sprd>1.5</sprd><outr>2.5</outr></spotRate>",
        "spread": "<dSpread><spread>1</spread><chargeMeth>F</chargeMeth><rate><r>1</r><val>425.0</val></rate>"
        "<pLeg><cc>NIFTY</cc><pe>20260630</pe><rs>A</rs><i>1.0</i></pLeg>"
        "<pLeg><cc>NIFTY</cc><pe>20260728</pe><rs>B</rs><i>1.0</i></pLeg></dSpread>",
        "inter": "",
        "array": array(NIFTY),
        "options": "<oopPf><pfId>492</pfId><pfCode>NIFTY</pfCode><exercise>EURO</exercise><valueMeth>EQTY</valueMeth>"
        "<cvf>1.00</cvf><series><pe>20260630</pe><setlDate>20260630</setlDate><sc>1.0</sc><opt><cId>1</cId><o>C</o>"
        f"<k>24000.00</k><p>260.05</p><d>0.5</d>{array([-loss / 2 for loss in NIFTY])}</opt></series></oopPf>",
        "tail": "",
    }
    parts |= changes
    return (
        f"{parts['head']}<spanFile><fileFormat>4.00</fileFormat><pointInTime><date>{parts['date']}</date><clearingOrg>"
        f"<ec>NSCCL</ec>{parts['house']}{parts['rates']}{parts['points']}<ccDef><cc>NIFTY</cc><currency>INR</currency>"
        f"{parts['commodity']}<pfLink><exch>NSE</exch><pfId>491</pfId><pfCode>NIFTY</pfCode><pfType>FUT</pfType>"
        "<sc>1.0</sc></pfLink><pfLink><exch>NSE</exch><pfId>492</pfId><pfCode>NIFTY</pfCode><pfType>OOP</pfType>"
        f"<sc>1.0</sc></pfLink>{parts['adjust']}{parts['tiers']}{parts['spot']}{parts['spread']}</ccDef>"
        f"{parts['inter']}<exchange><exch>NSE</exch><phyPf><pfId>490</pfId><pfCode>NIFTY</pfCode>"
        f"<phy><pe>00000000</pe></phy><phy><pe>00000000</pe>{array(NIFTY)}</phy></phyPf>"
        "<futPf><pfId>491</pfId><pfCode>NIFTY</pfCode><valueMeth>FUT</valueMeth><cvf>1.00</cvf><fut><cId>1</cId>"
        "<pe>20260630</pe><setlDate>20260630</setlDate><p>24051.80</p><d>1.0</d><sc>1.0</sc><scanRate><r>1</r>"
        f"<priceScan>2235.635</priceScan></scanRate>{parts['array']}</fut><fut><pe>20260728</pe><p>24150</p>"
        f"<scanRate><priceScan>2300</priceScan></scanRate>{array(NIFTY)}</fut></futPf>{parts['options']}</exchange>"
        f"</clearingOrg></pointInTime></spanFile>{parts['tail']}"
    )


def read(tmp_path: Path, **changes: str) -> SpanParameters:
    path = tmp_path / "house.spn"
    path.write_text(span_text(**changes), encoding="utf-8")
    return read_span_file(path)


def refused(tmp_path: Path, **changes: str) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, **changes)
    assert all(caught.value.to_dict()[name] for name in ("code", "field", "allowed", "fix"))
    return caught.value.to_dict()


def test_a_file_as_published_is_read_in_full(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert (found.date, found.organisation, found.core.set_id) == (date(2026, 6, 25), "NSCCL", "NSCCL 2026-06-25")
    (own,) = found.core.commodities
    assert (own.code, own.currency, own.price_scan_range, own.caps_option_value) == ("NIFTY", "INR", 2235.635, True)
    assert own.option_minimum == S.OptionMinimum.larger_side
    assert own.scan_tiers == []
    assert own.spread_tiers == [S.Tier(number=1, first=20260600, last=20260799, rate=0.0)]
    assert own.option_tiers == [S.Tier(number=0, first=0, last=99999999, rate=0.0)]
    assert own.delivery == [S.DeliveryRate(period=20260630, in_spreads=1.5, outright=2.5)]
    assert own.ratios == [S.ClassRatio(account_class=S.AccountClass.speculator, maintenance=1.0, initial=1.1)]
    assert [one.period for one in own.spreads[0].legs] == [20260630, 20260728]
    future, _, call = found.core.contracts
    assert (future.id, future.expiry, future.price) == ("NSE NIFTY FUT 20260630", date(2026, 6, 30), 24051.8)
    assert future.losses == NIFTY
    assert (call.id, call.strike, call.premium_style) == ("NSE NIFTY C 24000 20260630", 24000.0, True)
    assert found.core.scan_points == pytest.approx(found.core.scan_points)
    assert [point.paired for point in found.core.scan_points] == [point.paired for point in POINTS]
    assert found.notes == ("1 portfolios belong to no combined commodity and are left out",)


def test_a_lot_of_units_needs_its_worst_published_loss(tmp_path: Path) -> None:
    found = read(tmp_path, spot="")
    # 75 units at 2244.36; a calendar of one unit each way needs the charge between its months alone.
    for held, needed in (({"20260630": 75.0}, 16832700), ({"20260630": 1.0, "20260728": -1.0}, 42500)):
        positions = [
            S.Position(trade_id=pe, contract=f"NSE NIFTY FUT {pe}", quantity=quantity) for pe, quantity in held.items()
        ]
        account = S.Account(
            account_id="A", currency="INR", account_class=S.AccountClass.speculator, positions=positions
        )
        (answer,) = S.requirements([account], found.prepared)
        assert answer["maintenance"]["amount"] == needed
        assert answer["initial"]["amount"] == needed * 11 // 10


def test_what_is_written_reads_back_as_it_was(tmp_path: Path) -> None:
    found = read(tmp_path)
    again = tmp_path / "again.spn"
    again.write_text(span_file_text(found), encoding="utf-8")
    copy = read_span_file(again)
    assert copy.digest == found.digest
    assert copy.listings == found.listings
    assert span_file_text(copy) == span_file_text(found)


def test_periods_are_written_with_a_day_only_where_they_have_one() -> None:
    assert [period_text(p) for p in (0, 20260600, 20260630, 20260699)] == ["", "202606", "20260630", "20260699"]
    assert [period_text(p, last=True) for p in (20260600, 20260699)] == ["20260600", "202606"]


def test_what_cannot_be_margined_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    other = read(tmp_path, spread="<dSpread><spread>1</spread><chargeMeth>P</chargeMeth></dSpread>")
    wanted = "risk exponent 0 and flat charges between months; here P"
    assert other.core.commodities[0].unsupported == wanted
    scaled = read(tmp_path, commodity="<riskExponent>2</riskExponent>")
    assert scaled.core.commodities[0].unsupported.endswith("here riskExponent 2")
    scan = "<interSpreads><sSpread><spread>7</spread></sSpread><dSpread><spread>8</spread><chargeMeth>P</chargeMeth>"
    noted = read(tmp_path, inter=f"{scan}</dSpread></interSpreads>")
    assert noted.notes[1:] == (
        "interSpreads 7 is of method sSpread, not F or W: its credit is not given",
        "interSpreads 8 is of method P, not F or W: its credit is not given",
    )


def test_a_credit_may_have_tiers_and_a_rate_by_leg(tmp_path: Path) -> None:
    inter = (
        "<interSpreads><dSpread><spread>1</spread><chargeMeth>W</chargeMeth><rate><val>0.5</val></rate>"
        "<tLeg><cc>NIFTY</cc><tn>0</tn><rs>A</rs><i>1</i></tLeg><pLeg><cc>NIFTY</cc><pe>202607</pe><rs>B</rs><i>2</i>"
        "<rate><val>0.25</val></rate></pLeg></dSpread></interSpreads>"
    )
    refused_legs = refused(tmp_path, inter=inter)  # a leg of one month and one of all of them would count it twice
    assert refused_legs["field"] == "parameters.inter_spreads[1].tier"
    found = read(tmp_path, inter=inter.replace("pLeg", "tLeg").replace("<pe>202607</pe>", "<tn>0</tn>"))
    (made,) = found.core.inter_spreads
    assert [one.rate for one in made.legs] == [None, 0.25]


@pytest.mark.parametrize(
    ("changes", "code", "field", "value", "allowed"),
    [
        ({"date": "20260231"}, "invalid_value", "spanFile/pointInTime/date", "20260231", "a date YYYYMMDD"),
        ({"date": ""}, "invalid_value", "spanFile/pointInTime/date", "an empty element", "a text"),
        ({"points": ""}, "missing_field", "spanFile/pointInTime/clearingOrg/pointDef", "", "the definition of 16"),
        (
            {"points": f"<pointDef>{scan_points()}</pointDef><pointDef>{scan_points()[:-1]}></pointDef>".replace(
                "<pairedPoint>16</pairedPoint>", "<pairedPoint>15</pairedPoint>", 1)},
            "invalid_value", "spanFile/pointInTime/clearingOrg/pointDef", "2", "one pairing",
        ),
        ({"points": f"<pointDef>{scan_points()[:-1]}></pointDef>".replace("<denominator>3<", "<denominator>0<")},
         "invalid_value", "spanFile/pointInTime/clearingOrg/pointDef/scanPointDef/priceScanDef/denominator", "0",
         "a number other than 0"),
        ({"house": "</clearingOrg><clearingOrg>"}, "invalid_value", "spanFile/pointInTime/clearingOrg", "2", "exactly"),
        ({"array": ""}, "missing_field", "spanFile/pointInTime/clearingOrg/exchange/futPf/fut/ra", "", "a risk array"),
        ({"array": "<ra><a>1</a></ra>"}, "invalid_value", "parameters.contracts[NSE NIFTY FUT 20260630].losses", "1",
         "16 losses"),
        ({"array": array(NIFTY).replace("8.72", "8,72", 1)}, "invalid_value",
         "spanFile/pointInTime/clearingOrg/exchange/futPf/fut/ra/a", "8,72", "a finite number"),
        ({"array": array(NIFTY).replace("8.72", "nan", 1)}, "invalid_value",
         "spanFile/pointInTime/clearingOrg/exchange/futPf/fut/ra/a", "nan", "a finite number"),
        ({"array": array(NIFTY).replace("8.72", "8_7", 1)}, "invalid_value",
         "spanFile/pointInTime/clearingOrg/exchange/futPf/fut/ra/a", "8_7", "a finite number"),
        ({"commodity": "<somMeth>NET</somMeth>"}, "invalid_value", "spanFile/pointInTime/clearingOrg/ccDef/somMeth",
         "NET", "GROSS, MAX"),
        ({"spot": "<spotRate><pe>june</pe></spotRate>"}, "invalid_value",
         "spanFile/pointInTime/clearingOrg/ccDef/spotRate/pe", "june", "a whole number of at most 8 digits"),
        ({"head": '<!DOCTYPE spanFile [<!ENTITY a "aaaa">]>'}, "document_type", "spanFile", "<!DOCTYPE ...>",
         "elements and text: no document type and no entities"),
        ({"head": "not XML"}, "unreadable_file", "house.spn", "syntax error", "a risk-parameter file in XML"),
        ({"tail": "<more/>"}, "unreadable_file", "house.spn", "junk after document element", "a risk-parameter file"),
        ({"house": "<x>" * 20 + "</x>" * 20}, "invalid_value", "x/x", "17", "at most 16 elements inside each other"),
        ({"house": f"<x>{'a' * 5000}</x>"}, "invalid_value", "clearingOrg/x", "aaa", "at most 4096 characters"),
        ({"head": "<!--"}, "unreadable_file", "house.spn", "", "a risk-parameter file in XML"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_the_element_at_fault(
    tmp_path: Path, changes: dict[str, str], code: str, field: str, value: str, allowed: str
) -> None:
    found = refused(tmp_path, **changes)
    assert found["code"] == code
    assert field in found["field"]
    assert value in found["value"]
    assert found["allowed"].startswith(allowed)


def test_the_delta_of_an_option_on_a_future_counts_in_the_month_of_the_future(tmp_path: Path) -> None:
    options = (
        "<oofPf><pfId>492</pfId><pfCode>NIFTY</pfCode><valueMeth>EQTY</valueMeth><series><pe>202605</pe><undC>"
        "<exch>NSE</exch><pfId>491</pfId><cId>1</cId></undC>"
        f"<opt><o>P</o><k>23000</k><p>1</p>{array(NIFTY)}</opt><opt><o>P</o><k>23000</k>{array(NIFTY)}</opt></series>"
        "</oofPf>"
    )
    path = tmp_path / "house.spn"
    text = span_text(options=options).replace("<pfType>OOP</pfType>", "<pfType>OOF</pfType>")
    path.write_text(text, encoding="utf-8")
    found = read_span_file(path)
    puts = [one for one in found.core.contracts if one.kind == S.ContractKind.put]
    assert [one.period for one in puts] == [20260630, 20260630]
    assert [found.listings[one.id].period for one in puts] == [20260500, 20260500]
    assert [one.id for one in puts] == ["NSE NIFTY P 23000 202605", "NSE NIFTY P 23000 202605 again"]
    again = tmp_path / "again.spn"
    again.write_text(span_file_text(found), encoding="utf-8")
    assert read_span_file(again).digest == found.digest
    path.write_text(text.replace("<cId>1</cId></undC>", "<cId>9</cId></undC>"), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_span_file(path)
    assert caught.value.field == "contracts[NSE NIFTY P 23000 202605].undC"
    assert caught.value.value == "NSE 491 9"
    path.write_text(text.replace("<undC>", "<x>").replace("</undC>", "</x>"), encoding="utf-8")
    assert {one.period for one in read_span_file(path).core.contracts} == {20260500, 20260630, 20260728}
    lost = parameter_set([commodity("X")], [contract("X", MARCH, [0.0] * 16, "call", strike=1.0)])
    listings = {name: replace(one, period=JUNE) for name, one in listed(lost).listings.items()}
    with pytest.raises(BadInput) as caught:
        span_file_text(SpanParameters(lost, "EX", listings))
    assert caught.value.fix == "add the future that the option is on"


def test_another_document_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_text("<html><body/></html>")
    with pytest.raises(BadInput, match=r"^not_span; .* = html; allowed: spanFile as the root element"):
        read_span_file(other)
    with pytest.raises(BadInput, match="unreadable_file"):
        read_span_file(tmp_path / "none.spn")


def test_large_files_are_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "house.spn"
    path.write_text(span_text(house=f"<name>{' ' * (1 << 21)}NSE</name>"), encoding="utf-8")
    assert read_span_file(path).organisation == "NSCCL"
    assert [element.name for element in span_xml.elements(path, "ccDef")] == ["ccDef", "spanFile"]


def test_a_name_that_no_file_can_hold_is_not_written() -> None:
    core = parameter_set([commodity("A\x07B")], [])
    with pytest.raises(BadInput) as caught:
        span_file_text(listed(core))
    assert caught.value.field == "cc"
    assert caught.value.value == "'A\\x07B'"


def test_parameters_with_a_flaw_are_refused_before_any_account() -> None:
    spoiled = spread(1, "flat", -1.0, leg("X", "a", period=MARCH), leg("X", "b", period=JUNE))
    with pytest.raises(InvalidValue) as caught:
        listed(parameter_set([commodity("X", spreads=[spoiled])], [contract("X", MARCH, [0.0] * 16)]))
    assert caught.value.field == "parameters.commodities[X].spreads[1].rate"
