#pragma once

#include "reference_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include <plimsoll/method/closed_form/black_scholes.hpp>
#include <plimsoll/method/pde/crank_nicolson.hpp>
#include <plimsoll/method/tree/leisen_reimer.hpp>
#include <plimsoll/method/vanilla.hpp>

namespace plimsoll::testing {

using Dividends = std::vector<TimedDividend>;

struct OptionCase {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double years = 0.0;
  BlackScholes<double> model{};
  Dividends dividends;
  double expected = 0.0;
};

inline OptionType type_of(const std::string& text) { return text == "call" ? OptionType::call : OptionType::put; }

/// Points of the additive recurrence with the inverse powers of the plastic number's generalisation: evenly spread,
/// with no strike on a grid line but by accident. Source: Roberts (2018), The unreasonable effectiveness of quasirandom
/// sequences.
class SpreadPoints {
 public:
  explicit SpreadPoints(std::size_t dimensions) {
    double root = 2.0;
    for (int i = 0; i < 60; ++i) root = std::pow(1.0 + root, 1.0 / (static_cast<double>(dimensions) + 1.0));
    for (std::size_t d = 0; d < dimensions; ++d) steps_.push_back(std::pow(1.0 / root, static_cast<double>(d + 1)));
    place_.assign(dimensions, 0.5);
  }

  /// The next coordinate in turn, between `low` and `high`.
  double between(double low, double high) {
    place_[turn_] = std::fmod(place_[turn_] + steps_[turn_], 1.0);
    const double value = low + (high - low) * place_[turn_];
    turn_ = (turn_ + 1) % place_.size();
    return value;
  }

 private:
  std::vector<double> steps_;
  std::vector<double> place_;
  std::size_t turn_ = 0;
};

/// Options over the range that the methods claim: moneyness 0.5 to 2, one day to three years, volatility 5 to 150 %,
/// rate -1 to 10 %, yield 0 to 15 %, calls and puts in turn.
inline std::vector<OptionCase> wide_cases(std::size_t count) {
  SpreadPoints points(5);
  std::vector<OptionCase> cases;
  for (std::size_t i = 0; i < count; ++i) {
    OptionCase option;
    option.type = i % 2 == 0 ? OptionType::call : OptionType::put;
    option.strike = 100.0 * std::exp(points.between(std::log(0.5), std::log(2.0)));
    option.years = std::ceil(points.between(0.0, 1095.0)) / 365.0;
    option.model = {100.0, 0.0, 0.0, points.between(0.05, 1.5)};
    option.model.rate = points.between(-0.01, 0.10);
    option.model.dividend_yield = points.between(0.0, 0.15);
    cases.push_back(option);
  }
  return cases;
}

/// Options near the money, where an order of convergence is not drowned in rounding.
inline std::vector<OptionCase> near_cases(std::size_t count) {
  SpreadPoints points(5);
  std::vector<OptionCase> cases;
  for (std::size_t i = 0; i < count; ++i) {
    OptionCase option;
    option.type = i % 2 == 0 ? OptionType::call : OptionType::put;
    option.strike = 100.0 * std::exp(points.between(-0.3, 0.3));
    option.years = points.between(0.25, 2.0);
    option.model = {100.0, 0.0, 0.0, points.between(0.15, 0.6)};
    option.model.rate = points.between(0.01, 0.08);
    option.model.dividend_yield = points.between(0.01, 0.08);
    cases.push_back(option);
  }
  return cases;
}

/// One of the wide cases, or one of an American's limits: a rate or a yield of zero or below, and none to three cash
/// dividends. Draws from RapidCheck.
inline OptionCase any_case() {
  OptionCase option = wide_cases(1 + *rc::gen::inRange<std::size_t>(0, 400)).back();
  option.model.rate = *rc::gen::element(option.model.rate, 0.0, -0.02);
  option.model.dividend_yield = *rc::gen::element(option.model.dividend_yield, 0.0, -0.02);
  const int count = std::max(*rc::gen::inRange(-2, 4), 0);
  for (int i = 0; i < count; ++i)
    option.dividends.push_back({option.years * (0.1 + 0.3 * i), *rc::gen::element(0.05, 1.0, 3.0)});
  return option;
}

inline VanillaCase option_in_market(const OptionCase& o) {
  return {o.type, Exercise::american, o.strike, o.years, o.model, o.dividends};
}

/// American options with values of an unrelated method (Andersen-Lake-Offengenden integral equation).
inline std::vector<OptionCase> american_reference() {
  std::vector<OptionCase> cases;
  for (const ReferenceRow& row : reference_table("american_quantlib_qdfp.csv"))
    cases.push_back({type_of(row.text("option_type")),
                     row.number("strike"),
                     row.number("days") / 365.0,
                     {row.number("spot"), row.number("rate"), row.number("dividend_yield"), row.number("vol")},
                     {},
                     row.number("expected")});
  return cases;
}

inline PricedGreeks on_tree(const OptionCase& o, Exercise exercise, std::int64_t steps,
                            Extrapolation extrapolation = Extrapolation::richardson) {
  return leisen_reimer(o.type, exercise, o.strike, o.years, o.model, o.dividends, {steps, extrapolation});
}

inline PricedGreeks on_grid(const OptionCase& o, Exercise exercise, std::int64_t space_steps, std::int64_t time_steps,
                            Extrapolation extrapolation = Extrapolation::richardson) {
  return crank_nicolson(o.type, exercise, o.strike, o.years, o.model, o.dividends,
                        {space_steps, time_steps, extrapolation});
}

inline PricedGreeks by_formula(const OptionCase& o) { return black_scholes_greeks(o.type, o.strike, o.years, o.model); }

/// Standard deviation of log spot at expiry: the scale on which a lattice's error depends.
inline double deviation(const OptionCase& o) { return o.model.volatility * std::sqrt(o.years); }

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

/// Median over the cases of log2(|error at level| / |error at next level|), where levels double the steps.
template <class ErrorOf>
double median_order(const std::vector<OptionCase>& cases, const ErrorOf& error_of, std::int64_t level,
                    double step_ratio) {
  std::vector<double> orders;
  for (const OptionCase& option : cases)
    orders.push_back(std::log(std::abs(error_of(option, level) / error_of(option, level + 1))) / std::log(step_ratio));
  return median(orders);
}

}  // namespace plimsoll::testing
