#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/lookback.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/tree/shout.hpp>

namespace plimsoll::testing {
namespace {

constexpr Trinomial fine{160, Extrapolation::richardson, LastStep::payoff};
const BlackScholes<double> market{100.0, 0.03, 0.01, 0.25};

/// Shouting on few dates only, by quadrature over the normal move between them on a mesh of log spots: shares nothing
/// with a lattice.
double on_dates(const Shout& option, const BlackScholes<double>& model, int dates) {
  const double years = option.expiry / dates;
  const double deviation = model.volatility * std::sqrt(years);
  const double drift = (model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility) * years;
  constexpr int cells = 240;
  const double half = 6.0 * model.volatility * std::sqrt(option.expiry) + 0.5;
  const double mesh = 2.0 * half / cells;
  const auto spot_at = [&](int i) { return model.spot * std::exp(-half + mesh * i); };
  const auto shouted = [&](double spot, double left) {
    const BlackScholes<double> at{spot, model.rate, model.dividend_yield, model.volatility};
    return sign(option.type) * (spot - option.strike) * std::exp(-model.rate * left) +
           black_scholes_price(option.type, spot, left, at);
  };
  std::vector<double> later(cells + 1);
  for (int i = 0; i <= cells; ++i) {
    const BlackScholes<double> at{spot_at(i), model.rate, model.dividend_yield, model.volatility};
    const double held = black_scholes_price(option.type, option.strike, years, at);
    later[static_cast<std::size_t>(i)] = std::max(held, shouted(spot_at(i), years));
  }
  for (int date = dates - 2; date >= 0; --date) {
    const double left = option.expiry - date * years;
    std::vector<double> values = later;
    for (int i = 0; i <= cells; ++i) {
      double sum = 0.0;
      for (int k = 0; k <= cells; ++k) {
        const double z = (mesh * (k - i) - drift) / deviation;
        if (std::abs(z) > 8.0) continue;
        sum += std::exp(-0.5 * z * z) * later[static_cast<std::size_t>(k)];
      }
      const double held = std::exp(-model.rate * years) * sum * mesh / (deviation * std::sqrt(2.0 * std::numbers::pi));
      values[static_cast<std::size_t>(i)] = std::max(held, shouted(spot_at(i), left));
    }
    later = values;
  }
  return later[cells / 2];
}

TEST(Shout, agrees_with_quadrature_on_dates_in_the_limit) {
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const Shout option{type, 105.0, 2.0};
    const double coarse = on_dates(option, market, 8);
    const double fine_dates = on_dates(option, market, 16);
    const double limit = 2.0 * fine_dates - coarse;  // dates lose order one in their distance
    const auto found = on_lattice(option, market, fine);
    ASSERT_TRUE(found);
    EXPECT_GT(found->price, fine_dates - 1e-3);
    EXPECT_NEAR(found->price, limit, 0.5 * (fine_dates - coarse) + 1e-3);
  }
}

TEST(Shout, lies_between_the_european_and_the_lookback_that_it_never_reaches) {
  for (const double strike : {80.0, 100.0, 125.0}) {
    const auto found = on_lattice({OptionType::call, strike, 1.0}, market, fine);
    const double plain = black_scholes_price(OptionType::call, strike, 1.0, market);
    EXPECT_GT(found->price, plain);
    // What it pays is at most the highest spot less the strike.
    const Lookback highest{OptionType::call, LookbackStrike::fixed, strike, 100.0, 1.0};
    EXPECT_LT(found->price, closed_form(highest, market)->price);
    EXPECT_GE(found->greeks.delta, 0.0);
  }
}

TEST(Shout, greeks_are_the_derivatives_of_a_bumped_price) {
  const Shout option{OptionType::call, 105.0, 2.0};
  const auto price = [&](const BlackScholes<double>& m) {
    return on_lattice(option, m, {320, Extrapolation::richardson, LastStep::payoff})->price;
  };
  const Greeks found = on_lattice(option, market, fine)->greeks;
  const auto bumped = [&](double BlackScholes<double>::* parameter, double size) {
    BlackScholes<double> high = market;
    BlackScholes<double> low = market;
    high.*parameter += size;
    low.*parameter -= size;
    return (price(high) - price(low)) / (2.0 * size);
  };
  // Two lattices whose nodes move, each with an error of 1e-3, over bumps of 0.02 and 2; measured 4.4e-2 for vega.
  EXPECT_NEAR(found.vega, bumped(&BlackScholes<double>::volatility, 0.01), 1e-1);
  EXPECT_NEAR(found.rho, bumped(&BlackScholes<double>::rate, 0.01), 5e-2);
  EXPECT_NEAR(found.delta, bumped(&BlackScholes<double>::spot, 1.0), 1e-3);
}

TEST(Shout, deep_in_the_money_is_shouted_now_without_a_yield_on_the_wait) {
  // At a high yield the rise is not worth waiting for: the price is the shout's own, to rounding.
  const BlackScholes<double> leaking{100.0, 0.0, 0.5, 0.2};
  const auto found = on_lattice({OptionType::call, 20.0, 1.0}, leaking, fine);
  const double shouted = 80.0 + black_scholes_price(OptionType::call, 100.0, 1.0, leaking);
  EXPECT_NEAR(found->price, shouted, 1e-3);
}

TEST(Shout, what_makes_no_sense_is_refused) {
  const auto code = [](const auto& result) { return result ? ErrorCode{} : result.error().code; };
  EXPECT_EQ(code(on_lattice({OptionType::call, -1.0, 1.0}, market, fine)), ErrorCode::invalid_value);
  EXPECT_EQ(code(on_lattice({OptionType::call, 100.0, -1.0}, market, fine)), ErrorCode::expired_product);
  EXPECT_EQ(code(on_lattice({OptionType::call, 100.0, 1.0}, {100.0, 0.0, 0.0, -0.2}, fine)), ErrorCode::invalid_value);
  EXPECT_EQ(code(on_lattice({OptionType::call, 100.0, 1.0}, {100.0, 0.0, 0.0, 0.0}, fine)), ErrorCode::unsupported);
  EXPECT_EQ(code(on_lattice({OptionType::call, 100.0, 1.0}, market, {1, Extrapolation::none, LastStep::payoff})),
            ErrorCode::invalid_value);
  EXPECT_EQ(code(on_lattice({OptionType::call, 100.0, 1.0}, {100.0, 2.0, 0.0, 0.02},
                            {4, Extrapolation::none, LastStep::payoff})),
            ErrorCode::not_converged);
}

}  // namespace
}  // namespace plimsoll::testing
