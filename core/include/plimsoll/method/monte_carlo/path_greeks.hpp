#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/model/local_volatility_grid.hpp"
#include "plimsoll/model/term_structure.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/european.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// The derivative of a price by one input, under the input's name: "spot", "elapsed" (years that pass: theta), "rate to
/// 0.5", "dividend_yield to 0.5", "volatility to 0.5" of the pillar at half a year, "local_volatility to 0.5 at 100".
struct Sensitivity {
  std::string input;
  Estimate estimate;

  friend bool operator==(const Sensitivity&, const Sensitivity&) = default;
};

template <>
struct Fields<Sensitivity> {
  static constexpr std::string_view name = "Sensitivity";
  static constexpr auto list =
      std::make_tuple(field("input", &Sensitivity::input), field("estimate", &Sensitivity::estimate));
};

/// A simulated price with its derivative by each input of the model, for the holder of one unit.
struct PathValuation {
  Estimate price;
  std::vector<Sensitivity> sensitivities;
  std::optional<Estimate> gamma;  // where the first step has a density that depends on the spot as a log-normal's does
  std::int64_t tape_bytes = 0;    // of the largest tape: it does not depend on the number of paths

  friend bool operator==(const PathValuation&, const PathValuation&) = default;
};

template <>
struct Fields<PathValuation> {
  static constexpr std::string_view name = "PathValuation";
  static constexpr auto list =
      std::make_tuple(field("price", &PathValuation::price), field("sensitivities", &PathValuation::sensitivities),
                      field("gamma", &PathValuation::gamma), field("tape_bytes", &PathValuation::tape_bytes));
};

/// The sensitivity to an input; none if there is no such input.
std::optional<Estimate> sensitivity(const PathValuation& valuation, std::string_view input);

/// Simulated price of an option on the mean of the spot, with every sensitivity by one adjoint sweep for each eight
/// paths: the cost does not grow with the number of inputs. The steps are exact. Gamma is the path's delta times the
/// likelihood ratio of the first step.
/// Source: Giles & Glasserman (2006), Smoking adjoints, Risk 19 (1); Griewank & Walther (2008), Evaluating Derivatives,
/// ch. 3; Glasserman (2003), sec. 7.3.3.
/// Accuracy: standard errors from 28 batches of paths or more, where there are 2048 paths.
/// Limits: refuses flawed input, and an option of which all is fixed.
Result<PathValuation> monte_carlo_by_inputs(const ArithmeticAsian& option,
                                            const TermStructureBlackScholes<double>& model, const MonteCarlo& method);
Result<PathValuation> monte_carlo_by_inputs(const European& option, const TermStructureBlackScholes<double>& model,
                                            const MonteCarlo& method);

/// The same under local volatility, by Euler steps of the log no longer than `longest_step` years; no theta and no
/// gamma.
/// Limits: the bias of the steps is of the order of their length, and is not in the standard error.
Result<PathValuation> monte_carlo_by_inputs(const ArithmeticAsian& option, const LocalVolatilityGrid& model,
                                            const MonteCarlo& method, double longest_step);
Result<PathValuation> monte_carlo_by_inputs(const European& option, const LocalVolatilityGrid& model,
                                            const MonteCarlo& method, double longest_step);

}  // namespace plimsoll
