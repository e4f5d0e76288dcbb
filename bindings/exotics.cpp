#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"

#include <plimsoll/method/approximation/continuous_asian.hpp>
#include <plimsoll/method/approximation/gjr_garch.hpp>
#include <plimsoll/method/approximation/spread.hpp>
#include <plimsoll/method/approximation/vanna_volga.hpp>
#include <plimsoll/method/approximation/variance_swap.hpp>
#include <plimsoll/method/closed_form/bachelier.hpp>
#include <plimsoll/method/closed_form/forward_start.hpp>
#include <plimsoll/method/closed_form/fx_delta.hpp>
#include <plimsoll/method/closed_form/geometric_asian.hpp>
#include <plimsoll/method/closed_form/turnbull_wakeman.hpp>
#include <plimsoll/method/closed_form/two_assets.hpp>
#include <plimsoll/model/leveraged_fund.hpp>
#include <plimsoll/model/quanto.hpp>

namespace plimsoll::bindings {

namespace {

constexpr char closed_form_text[] = "Price and sensitivities in closed form, for the holder of one unit.";

/// A product of one asset with its formula.
template <class Option>
void bind_option(nb::module_& module) {
  bind_described<Option>(module);
  module.def(
      "closed_form",
      [](const Option& option, const BlackScholes<double>& model) { return unwrap(closed_form(option, model)); },
      nb::arg("option"), nb::arg("model"), closed_form_text);
}

/// A product of two assets with its formula.
template <class Option>
void bind_two_asset_option(nb::module_& module) {
  bind_described<Option>(module);
  module.def(
      "closed_form",
      [](const Option& option, const TwoAssets<double>& model) { return unwrap(closed_form(option, model)); },
      nb::arg("option"), nb::arg("model"), closed_form_text);
}

void bind_two_assets(nb::module_& module) {
  nb::enum_<Extreme>(module, "Extreme").value("minimum", Extreme::minimum).value("maximum", Extreme::maximum);
  nb::enum_<SpreadMethod>(module, "SpreadMethod")
      .value("exact", SpreadMethod::exact)
      .value("kirk", SpreadMethod::kirk)
      .value("splitting_first_order", SpreadMethod::splitting_first_order)
      .value("splitting_second_order", SpreadMethod::splitting_second_order);
  bind_described<TwoAssets<double>>(module);
  bind_described<TwoAssetGreeks>(module);
  bind_described<PricedTwoAssets>(module);
  bind_two_asset_option<ExchangeOption>(module);
  bind_two_asset_option<ExtremeOption>(module);
  bind_two_asset_option<CorrelationOption>(module);
  bind_two_asset_option<TwoAssetBarrier>(module);
  bind_described<Spread>(module);
  module.def(
      "spread_price",
      [](const Spread& option, const TwoAssets<double>& model, SpreadMethod method) {
        return unwrap(spread_price(option, model, method));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("method"), "Price of a spread option by a method of one's choice.");
  module.def(
      "spread_exact",
      [](const Spread& option, const TwoAssets<double>& model) { return unwrap(spread_exact(option, model)); },
      nb::arg("option"), nb::arg("model"), "Exact price and sensitivities of a spread option.");
}

void bind_other_models(nb::module_& module) {
  bind_described<Quanto>(module);
  bind_described<Bachelier<double>>(module);
  module.def(
      "quanto_asset",
      [](const BlackScholes<double>& asset, const Quanto& quanto) {
        if (const auto flaw = find_flaw(asset)) raise(*flaw);
        if (const auto flaw = find_flaw(quanto)) raise(*flaw);
        return quanto_asset<double>(asset, quanto);
      },
      nb::arg("asset"), nb::arg("quanto"), "A foreign asset as domestic money at a fixed exchange rate sees it.");
  module.def(
      "bachelier",
      [](OptionType type, double strike, double years, const Bachelier<double>& model) {
        return unwrap(bachelier(type, strike, years, model));
      },
      nb::arg("type"), nb::arg("strike"), nb::arg("years"), nb::arg("model"),
      "Price and sensitivities of a European option on a normal forward.");
}

void bind_exchange_rates(nb::module_& module) {
  nb::enum_<FxDelta>(module, "FxDelta")
      .value("spot", FxDelta::spot)
      .value("forward", FxDelta::forward)
      .value("premium_adjusted_spot", FxDelta::premium_adjusted_spot)
      .value("premium_adjusted_forward", FxDelta::premium_adjusted_forward);
  module.def(
      "fx_delta",
      [](OptionType type, FxDelta convention, double strike, double spot, double domestic, double foreign,
         double deviation) {
        return unwrap(fx_delta(type, convention, strike, FxMarket{spot, domestic, foreign}, deviation));
      },
      nb::arg("type"), nb::arg("convention"), nb::arg("strike"), nb::kw_only(), nb::arg("spot"),
      nb::arg("domestic_discount"), nb::arg("foreign_discount"), nb::arg("deviation"),
      "Delta of an option on an exchange rate.");
  module.def(
      "fx_strike",
      [](OptionType type, FxDelta convention, double delta, double spot, double domestic, double foreign,
         double deviation) {
        return unwrap(fx_strike(type, convention, delta, FxMarket{spot, domestic, foreign}, deviation));
      },
      nb::arg("type"), nb::arg("convention"), nb::arg("delta"), nb::kw_only(), nb::arg("spot"),
      nb::arg("domestic_discount"), nb::arg("foreign_discount"), nb::arg("deviation"), "The strike of a delta.");
  bind_described<FxSmile>(module);
  bind_described<VannaVolgaPrice>(module);
  constexpr char text[] = "Price of a barrier option on a smile of three quotes.";
  module.def(
      "vanna_volga",
      [](const Barrier& option, const FxSmile& smile, std::optional<double> volatility) {
        return unwrap(vanna_volga(option, smile, volatility));
      },
      nb::arg("option"), nb::arg("smile"), nb::arg("strike_volatility").none(), text);
  module.def(
      "vanna_volga",
      [](const DoubleBarrier& option, const FxSmile& smile, std::optional<double> volatility) {
        return unwrap(vanna_volga(option, smile, volatility));
      },
      nb::arg("option"), nb::arg("smile"), nb::arg("strike_volatility").none(), text);
}

void bind_averages_and_variance(nb::module_& module) {
  bind_described<ContinuousAsian>(module);
  bind_described<PriceAndError>(module);
  bind_described<StripQuote>(module);
  bind_described<VarianceStrip>(module);
  module.def(
      "levy",
      [](const ContinuousAsian& option, const BlackScholes<double>& model) { return unwrap(levy(option, model)); },
      nb::arg("option"), nb::arg("model"), "Price and sensitivities of a continuous average by Levy's approximation.");
  module.def(
      "continuous_geometric_asian",
      [](const ContinuousAsian& option, const BlackScholes<double>& model) {
        return unwrap(geometric_asian(option, model));
      },
      nb::arg("option"), nb::arg("model"), "Price and sensitivities of a continuous geometric average.");
  module.def(
      "vecer",
      [](const ContinuousAsian& option, const BlackScholes<double>& model, int space_steps) {
        return unwrap(vecer(option, model, space_steps));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("space_steps"), "Exact price of a continuous average, by a grid.");
  module.def(
      "asian_lower_bound",
      [](const ContinuousAsian& option, const BlackScholes<double>& model) {
        return unwrap(asian_lower_bound(option, model));
      },
      nb::arg("option"), nb::arg("model"), "A price that the exact one of a continuous average is not below.");
  module.def(
      "turnbull_wakeman_by_dates",
      [](const ArithmeticAsian& option, const BlackScholes<double>& model, const std::vector<double>& volatilities) {
        return unwrap(turnbull_wakeman_by_dates(option, model, volatilities));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("volatilities"),
      "Approximate price of an average with a Black volatility to each fixing.");
  module.def(
      "replicated_variance",
      [](const VarianceStrip& strip, const BlackScholes<double>& model) {
        return unwrap(replicated_variance(strip, model));
      },
      nb::arg("strip"), nb::arg("model"), "The fair variance of a year from a strip of options.");
}

}  // namespace

void bind_exotics(nb::module_& module) {
  bind_option<Cliquet>(module);
  bind_two_assets(module);
  bind_other_models(module);
  bind_exchange_rates(module);
  bind_averages_and_variance(module);
  bind_described<GjrGarch<double>>(module);
  bind_described<GjrGarchPrice>(module);
  module.def(
      "duan_approximation",
      [](const European& option, const GjrGarch<double>& model) {
        return unwrap(released([&] { return duan_approximation(option, model); }));
      },
      nb::arg("option"), nb::arg("model"), "Price and derivatives from the moments of the log return.");
  module.def(
      "stationary_variance", [](const GjrGarch<double>& model) { return unwrap(stationary_variance(model)); },
      nb::arg("model"), "The variance of a day that is expected to stay.");
  module.def(
      "leveraged_fund_growth",
      [](double leverage, double growth, double volatility, double years, double rate) {
        return unwrap(leveraged_fund_growth(leverage, {growth, volatility, years, rate}));
      },
      nb::arg("leverage"), nb::kw_only(), nb::arg("growth"), nb::arg("volatility"), nb::arg("years"), nb::arg("rate"),
      "Growth of a fund held at a multiple of an index that grew so much at such a volatility.");
}

}  // namespace plimsoll::bindings
