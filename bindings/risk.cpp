#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"

#include <string>
#include <vector>

#include <plimsoll/risk/backtest.hpp>
#include <plimsoll/risk/tail_risk.hpp>
#include <plimsoll/risk/volatility_filter.hpp>
#include <plimsoll/scenario/position_template.hpp>

namespace plimsoll::bindings {

namespace {

using namespace nb::literals;

ReturnHistory history_of(const Matrix& returns, const Matrix& volatility) {
  return {span_of(returns), span_of(volatility), returns.shape(1)};
}

void bind_settings(nb::module_& m) {
  nb::enum_<PositionKind>(m, "PositionKind")
      .value("stock", PositionKind::stock)
      .value("future", PositionKind::future)
      .value("option", PositionKind::option);
  bind_described<TailLevels>(m);
  bind_described<BacktestSettings>(m);
  bind_described<RevaluationSettings>(m);
  bind_described<PositionTemplate>(m);
}

void bind_tails(nb::module_& m) {
  const auto door = [&m](const char* name, Result<double> (*figure)(std::span<const double>, double)) {
    m.def(
        name, [figure](const Series& profits, double level) { return unwrap(figure(span_of(profits), level)); },
        "profits"_a, "level"_a);
  };
  door("value_at_risk", &value_at_risk);
  door("expected_shortfall", &expected_shortfall);
  door("value_at_risk_error", &value_at_risk_error);
  door("expected_shortfall_error", &expected_shortfall_error);
}

void bind_filter(nb::module_& m) {
  m.def("log_returns", [](const Series& closes) { return array_of(unwrap(log_returns(span_of(closes)))); }, "closes"_a);
  m.def(
      "seed_volatility", [](const Series& returns) { return unwrap(seed_volatility(span_of(returns))); }, "returns"_a);
  m.def(
      "ewma_volatility",
      [](const Series& returns, double decay, double initial) {
        return array_of(unwrap(ewma_volatility(span_of(returns), decay, initial)));
      },
      "returns"_a, "decay"_a, "initial"_a);
  m.def(
      "filtered_returns",
      [](const Series& returns, const Series& volatility, double current) {
        return array_of(unwrap(filtered_returns(span_of(returns), span_of(volatility), current)));
      },
      "returns"_a, "volatility"_a, "current"_a);
}

void bind_profits(nb::module_& m) {
  m.def(
      "template_profits",
      [](const std::vector<PositionTemplate>& templates, const Matrix& volatility, const Matrix& rate,
         const Matrix& dividend_yield, const Series& premium, const Series& skew, const Cube& returns,
         const RevaluationSettings& settings, int threads) {
        const MarketRows market{span_of(volatility), span_of(rate), span_of(dividend_yield), span_of(premium),
                                span_of(skew)};
        auto profits =
            released([&] { return template_profits(templates, market, span_of(returns), settings, threads); });
        return array_of(unwrap(std::move(profits)), {volatility.shape(0), templates.size(), returns.shape(2)});
      },
      "templates"_a, "volatility"_a, "rate"_a, "dividend_yield"_a, "premium"_a, "skew"_a, "returns"_a, "settings"_a,
      "threads"_a);
  m.def(
      "account_profits",
      [](const Matrix& template_profits, const Matrix& weights) {
        auto profits =
            account_profits(span_of(template_profits), span_of(weights), template_profits.shape(1), weights.shape(0));
        return array_of(unwrap(std::move(profits)), {weights.shape(0), template_profits.shape(0)});
      },
      "template_profits"_a, "weights"_a);
}

nb::dict dict_of_history(TailHistory history, std::size_t accounts, std::size_t forecasts) {
  nb::dict result;
  result["value_at_risk"] = array_of(std::move(history.value_at_risk), {tail_model_count, accounts, forecasts});
  result["expected_shortfall"] =
      array_of(std::move(history.expected_shortfall), {tail_model_count, accounts, forecasts});
  result["shortfall_value_at_risk"] =
      array_of(std::move(history.shortfall_value_at_risk), {tail_model_count, accounts, forecasts});
  result["degrees_of_freedom"] = array_of(std::move(history.degrees_of_freedom), {accounts, forecasts});
  result["fits_converged"] = history.fits_converged;
  result["fits_at_bound"] = history.fits_at_bound;
  result["fits_not_converged"] = history.fits_not_converged;
  result["fits_without_spread"] = history.fits_without_spread;
  return result;
}

void bind_backtest(nb::module_& m) {
  m.def(
      "node_returns",
      [](const Matrix& returns, const Matrix& volatility, std::size_t first, std::size_t last,
         const BacktestSettings& settings) {
        auto nodes = released([&] { return node_returns(history_of(returns, volatility), first, last, settings); });
        return array_of(unwrap(std::move(nodes)), {last - first, returns.shape(1), point_count(settings)});
      },
      "returns"_a, "volatility"_a, "first"_a, "last"_a, "settings"_a);
  m.def(
      "tail_history",
      [](const Matrix& returns, const Matrix& volatility, const Cube& profits, const Indices& underlying_of,
         const Matrix& weights, std::size_t first, std::size_t last, const BacktestSettings& settings, int threads) {
        const ProfitProfiles profiles{span_of(profits), span_of(underlying_of), span_of(weights), weights.shape(0)};
        auto history = released(
            [&] { return tail_history(history_of(returns, volatility), profiles, first, last, settings, threads); });
        return dict_of_history(unwrap(std::move(history)), weights.shape(0), last - first);
      },
      "returns"_a, "volatility"_a, "profits"_a, "underlying_of"_a, "weights"_a, "first"_a, "last"_a, "settings"_a,
      "threads"_a);
  m.def(
      "scenario_profits",
      [](const Matrix& returns, const Matrix& volatility, const Cube& profits, const Indices& underlying_of,
         const Matrix& weights, std::size_t forecast, const BacktestSettings& settings) {
        const ProfitProfiles profiles{span_of(profits), span_of(underlying_of), span_of(weights), weights.shape(0)};
        auto result = unwrap(scenario_profits(history_of(returns, volatility), profiles, forecast, settings));
        const auto window = static_cast<std::size_t>(settings.window);
        return nb::make_tuple(array_of(std::move(result.historical), {weights.shape(0), window}),
                              array_of(std::move(result.filtered), {weights.shape(0), window}));
      },
      "returns"_a, "volatility"_a, "profits"_a, "underlying_of"_a, "weights"_a, "forecast"_a, "settings"_a);
  m.def(
      "scenario_returns",
      [](const Matrix& returns, const Matrix& volatility, std::size_t forecast, const BacktestSettings& settings) {
        auto result = unwrap(scenario_returns(history_of(returns, volatility), forecast, settings));
        const auto window = static_cast<std::size_t>(settings.window);
        return nb::make_tuple(array_of(std::move(result.historical), {window, returns.shape(1)}),
                              array_of(std::move(result.filtered), {window, returns.shape(1)}));
      },
      "returns"_a, "volatility"_a, "forecast"_a, "settings"_a);
}

}  // namespace

void bind_risk(nb::module_& module) {
  nb::module_ m = module.def_submodule("risk", "Tail risk of profits, the volatility filter and the backtest.");
  bind_settings(m);
  bind_tails(m);
  bind_filter(m);
  bind_profits(m);
  bind_backtest(m);
}

}  // namespace plimsoll::bindings
