#pragma once

#include "../option_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/vanilla.hpp>

// What every textbook lattice on one asset is held to.
namespace plimsoll::testing {

/// A lattice by its steps, extrapolation and last step.
using LatticeOf = std::function<Method(std::int64_t, Extrapolation, LastStep)>;

inline PricedGreeks on_method(const OptionCase& o, Exercise exercise, const Method& method) {
  VanillaWorkspace workspace;
  return *price_vanilla({o.type, exercise, o.strike, o.years, o.model, o.dividends}, method, Measures::with_greeks,
                        workspace);
}

inline double price_by(const OptionCase& o, Exercise exercise, const Method& method) {
  VanillaWorkspace workspace;
  return price_vanilla({o.type, exercise, o.strike, o.years, o.model, o.dividends}, method, Measures::price_only,
                       workspace)
      ->price;
}

inline double order_of_european(const LatticeOf& lattice, Extrapolation extrapolation) {
  const auto error = [&](const OptionCase& o, std::int64_t level) {
    const Method method = lattice(std::int64_t{25} << level, extrapolation, LastStep::black_scholes);
    return price_by(o, Exercise::european, method) - by_formula(o).price;
  };
  return median_order(near_cases(20), error, 2, 2.0);
}

/// American options that are exercised early, of the unrelated reference.
inline std::vector<OptionCase> early_exercised() {
  std::vector<OptionCase> early;
  for (const OptionCase& option : american_reference())
    if (option.expected > by_formula(option).price + 1e-3 && option.expected > std::abs(option.strike - 100.0) + 1e-3)
      early.push_back(option);
  return early;
}

inline double order_of_american(const LatticeOf& lattice, Extrapolation extrapolation) {
  const auto error = [&](const OptionCase& o, std::int64_t level) {
    const Method method = lattice(std::int64_t{25} << level, extrapolation, LastStep::black_scholes);
    return price_by(o, Exercise::american, method) - o.expected;
  };
  return median_order(early_exercised(), error, 2, 2.0);
}

/// How many times the error is smaller when extrapolated, at 100 steps: the median.
inline double gain_of_extrapolation(const LatticeOf& lattice, Exercise exercise) {
  std::vector<double> gains;
  for (const OptionCase& option : exercise == Exercise::european ? near_cases(20) : early_exercised()) {
    const double exact = exercise == Exercise::european ? by_formula(option).price : option.expected;
    const auto error = [&](Extrapolation extrapolation) {
      return std::abs(price_by(option, exercise, lattice(100, extrapolation, LastStep::black_scholes)) - exact);
    };
    gains.push_back(error(Extrapolation::none) / error(Extrapolation::richardson));
  }
  return median(gains);
}

/// Expects the prices of American options to agree with those of the integral equation.
inline void expect_american_reference(const LatticeOf& lattice, double largest, double typical) {
  std::vector<double> errors;
  for (const OptionCase& option : american_reference()) {
    const Method method = lattice(200, Extrapolation::richardson, LastStep::black_scholes);
    errors.push_back(std::abs(price_by(option, Exercise::american, method) - option.expected));
    EXPECT_LT(errors.back(), largest) << option.strike;
  }
  EXPECT_LT(median(errors), typical);
}

/// Expects vega and rho to be the derivatives of the lattice's own price. A price with kinks, where a decision or the
/// place of the strike among the nodes changes within a bump, may miss some: the median is held to the rounding of the
/// bump, 1e-12 over 2e-6.
inline void expect_own_derivatives(const LatticeOf& lattice, Exercise exercise, LastStep last_step) {
  std::vector<double> misses;
  for (const Extrapolation extrapolation : {Extrapolation::none, Extrapolation::richardson})
    for (const OptionCase& option : near_cases(6)) {
      const Method method = lattice(60, extrapolation, last_step);
      const Greeks found = on_method(option, exercise, method).greeks;
      const auto bumped = [&](double BlackScholes<double>::* parameter) {
        constexpr double size = 1e-6;
        OptionCase high = option;
        OptionCase low = option;
        high.model.*parameter += size;
        low.model.*parameter -= size;
        return (price_by(high, exercise, method) - price_by(low, exercise, method)) / (2.0 * size);
      };
      misses.push_back(std::abs(found.vega - bumped(&BlackScholes<double>::volatility)));
      misses.push_back(std::abs(found.rho - bumped(&BlackScholes<double>::rate)));
    }
  EXPECT_LT(median(misses), 1e-6);
}

inline void expect_near_formula(const LatticeOf& lattice, double price_error, double slope_error) {
  for (const OptionCase& option : near_cases(20)) {
    const PricedGreeks exact = by_formula(option);
    const PricedGreeks found =
        on_method(option, Exercise::european, lattice(200, Extrapolation::richardson, LastStep::black_scholes));
    EXPECT_NEAR(found.price, exact.price, price_error);
    EXPECT_NEAR(found.greeks.delta, exact.greeks.delta, 1e-4);
    EXPECT_NEAR(found.greeks.gamma, exact.greeks.gamma, 5e-3 * exact.greeks.gamma);
    EXPECT_NEAR(found.greeks.vega, exact.greeks.vega, slope_error);
    EXPECT_NEAR(found.greeks.rho, exact.greeks.rho, 5.0 * slope_error);
    EXPECT_NEAR(found.greeks.theta, exact.greeks.theta, 5e-3 * (1.0 + std::abs(exact.greeks.theta)));
  }
}

/// Expects an option with cash dividends to agree with the Leisen-Reimer lattice.
inline void expect_dividends(const LatticeOf& lattice) {
  for (const Exercise exercise : {Exercise::european, Exercise::american})
    for (const double share : {0.2, 0.999}) {
      const OptionCase option{OptionType::call, 95.0, 1.0, {100.0, 0.04, 0.01, 0.3}, {{0.1, 1.0}, {share, 4.0}}, 0.0};
      const PricedGreeks exact = on_tree(option, exercise, 201);
      const PricedGreeks found =
          on_method(option, exercise, lattice(200, Extrapolation::richardson, LastStep::black_scholes));
      // In the last step a dividend leaves the payoff to it: the error of a lattice as it is, measured 1.9e-2.
      EXPECT_NEAR(found.price, exact.price, share > 0.9 ? 4e-2 : 3e-3) << share;
      EXPECT_NEAR(found.greeks.delta, exact.greeks.delta, 2e-3);
      if (share > 0.9) continue;
      // Differences of prices whose decisions move with the bump: measured 0.2 and 1.1.
      EXPECT_NEAR(found.greeks.vega, exact.greeks.vega, 0.5);
      EXPECT_NEAR(found.greeks.rho, exact.greeks.rho, 2.0);
    }
}

/// Expects American prices at or above European ones and the payoff, to the last bit.
inline void expect_american_above_european(const LatticeOf& lattice) {
  for (OptionCase option : wide_cases(30)) {
    for (const Dividends& dividends : {Dividends{}, Dividends{{0.4 * option.years, 0.1}}}) {
      option.dividends = dividends;
      for (const Extrapolation extrapolation : {Extrapolation::none, Extrapolation::richardson}) {
        const Method method = lattice(52, extrapolation, LastStep::black_scholes);
        const double american = price_by(option, Exercise::american, method);
        EXPECT_GE(american, price_by(option, Exercise::european, method)) << option.strike;
        EXPECT_GE(american, sign(option.type) * (100.0 - option.strike));
      }
    }
  }
}

}  // namespace plimsoll::testing
