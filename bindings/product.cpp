#include "bindings.hpp"
#include "field_list.hpp"

#include <plimsoll/product/trade.hpp>

namespace plimsoll::bindings {

namespace {

void bind_path_dependent(nb::module_& module) {
  nb::enum_<Payout>(module, "Payout")
      .value("difference", Payout::difference)
      .value("cash", Payout::cash)
      .value("asset", Payout::asset);
  nb::enum_<BarrierSide>(module, "BarrierSide").value("down", BarrierSide::down).value("up", BarrierSide::up);
  nb::enum_<Knock>(module, "Knock").value("knock_in", Knock::knock_in).value("knock_out", Knock::knock_out);
  nb::enum_<Settlement>(module, "Settlement")
      .value("at_hit", Settlement::at_hit)
      .value("at_expiry", Settlement::at_expiry);
  nb::enum_<LookbackStrike>(module, "LookbackStrike")
      .value("floating", LookbackStrike::floating)
      .value("fixed", LookbackStrike::fixed);
  bind_described<Digital>(module);
  bind_described<Touch>(module);
  bind_described<Barrier>(module);
  bind_described<DoubleBarrier>(module);
  bind_described<SoftBarrier>(module);
  bind_described<Lookback>(module);
  bind_described<Payment>(module);
}

void bind_on_dates(nb::module_& module) {
  nb::enum_<TouchOrder>(module, "TouchOrder")
      .value("neither", TouchOrder::neither)
      .value("either", TouchOrder::either)
      .value("lower_first", TouchOrder::lower_first)
      .value("upper_first", TouchOrder::upper_first);
  nb::enum_<ExtendedBy>(module, "ExtendedBy").value("holder", ExtendedBy::holder).value("writer", ExtendedBy::writer);
  bind_described<DoubleTouch>(module);
  bind_described<ForwardStart>(module);
  bind_described<Chooser>(module);
  bind_described<Compound>(module);
  bind_described<Extendible>(module);
}

void bind_windows(nb::module_& module) {
  nb::enum_<BarrierWindow>(module, "BarrierWindow")
      .value("start", BarrierWindow::start)
      .value("end_any_side", BarrierWindow::end_any_side)
      .value("end_from_side", BarrierWindow::end_from_side);
  bind_described<PartialTimeBarrier>(module);
  bind_described<PartialLookback>(module);
}

void bind_terms(nb::module_& module) {
  nb::enum_<BarrierState>(module, "BarrierState")
      .value("alive", BarrierState::alive)
      .value("knocked", BarrierState::knocked);
  bind_described<OptionTerms>(module);
  bind_described<AsianTerms>(module);
  bind_described<StockTerms>(module);
  bind_described<FutureTerms>(module);
  bind_described<DigitalTerms>(module);
  bind_described<TouchTerms>(module);
  bind_described<BarrierTerms>(module);
  bind_described<DoubleBarrierTerms>(module);
  bind_described<SoftBarrierTerms>(module);
  bind_described<LookbackTerms>(module);
  bind_described<DoubleTouchTerms>(module);
  bind_described<ForwardStartTerms>(module);
  bind_described<ChooserTerms>(module);
  bind_described<CompoundTerms>(module);
  bind_described<ExtendibleTerms>(module);
  bind_described<ExchangeTerms>(module);
  bind_described<SpreadTerms>(module);
  bind_described<BasketTerms>(module);
  bind_described<ExtremeTerms>(module);
  bind_described<CorrelationTerms>(module);
  bind_described<PartialTimeBarrierTerms>(module);
  bind_described<PartialLookbackTerms>(module);
  bind_described<FutureOptionTerms>(module);
  bind_described<CurrencyForwardTerms>(module);
  bind_described<CurrencyOptionTerms>(module);
  bind_described<QuantoTerms>(module);
  bind_described<QuantoBarrierTerms>(module);
  bind_described<TwoAssetBarrierTerms>(module);
}

}  // namespace

void bind_product(nb::module_& module) {
  nb::enum_<OptionType>(module, "OptionType").value("call", OptionType::call).value("put", OptionType::put);
  nb::enum_<Exercise>(module, "Exercise").value("european", Exercise::european).value("american", Exercise::american);
  bind_path_dependent(module);
  bind_on_dates(module);
  bind_windows(module);
  bind_terms(module);
  bind_described<Trade>(module).def_prop_ro(
      "underlying", [](const Trade& trade) { return underlying_of(trade); },
      "The name of what the trade is on; of several, the first.");
  bind_described<European>(module);
  bind_described<American>(module);
  bind_described<ArithmeticAsian>(module);
  bind_described<Stock>(module);
  bind_described<Future>(module);
  bind_described<FutureOption>(module);
  bind_described<CurrencyForward>(module);
  bind_described<CurrencyOption>(module);
  bind_described<QuantoOption>(module);
  bind_described<QuantoBarrier>(module);
  module.def(
      "resolve", [](const Trade& trade, Date date) { return unwrap(resolve(trade, date)); }, nb::arg("trade"),
      nb::arg("valuation_date"), "The product in years from the valuation date.");
}

}  // namespace plimsoll::bindings
