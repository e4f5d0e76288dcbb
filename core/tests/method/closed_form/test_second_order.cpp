#include "expect_derivatives.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/real/batch_math.hpp"

#include <array>
#include <cmath>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

// Second derivatives of formulas by forward over reverse: the tangent of each adjoint.
namespace plimsoll {
namespace {

using testing::expect_second_derivatives;
using testing::Point;
using Matrix = std::vector<std::vector<double>>;

constexpr double strike = 105.0;
constexpr double years = 0.75;
constexpr double rate = 0.03;
constexpr double dividend_yield = 0.01;

const auto call_price = [](auto x) {
  using R = std::remove_cvref_t<decltype(x[0])>;
  return black_scholes_price<R>(OptionType::call, strike, years, BlackScholes<R>{x[0], rate, dividend_yield, x[1]});
};

/// Gamma, vanna and volga of a call on spot and volatility. Source: Haug (2007), sec. 2.5, 2.6 and 2.9.
Matrix gamma_vanna_volga(const Point& p) {
  const double deviation = p[1] * std::sqrt(years);
  const double d1 = (std::log(p[0] / strike) + (rate - dividend_yield) * years) / deviation + 0.5 * deviation;
  const double d2 = d1 - deviation;
  const double density = std::exp(-dividend_yield * years) * normal_pdf(d1);
  const double vanna = -density * d2 / p[1];
  return {{density / (p[0] * deviation), vanna}, {vanna, p[0] * density * std::sqrt(years) * d1 * d2 / p[1]}};
}

TEST(SecondOrder, gamma_vanna_and_volga_agree_with_their_closed_forms) {
  expect_second_derivatives(call_price, gamma_vanna_volga,
                            {{100.0, 0.2}, {104.0, 0.35}, {80.0, 0.15}, {160.0, 0.4}, {105.0, 1.2}}, 1e-12, 4.0);
}

const auto margrabe = [](auto x) {
  using R = std::remove_cvref_t<decltype(x[0])>;
  const double deviation = 0.25 * std::sqrt(years);
  return black_price<R>(Passive<R>{1.0}, R{x[0]}, R{x[1]}, R{deviation});
};

/// Source: Margrabe (1978), The value of an option to exchange one asset for another, J. Finance 33, eq. 7; twice
/// differentiated, with the help of its homogeneity.
Matrix cross_gamma(const Point& p) {
  const double deviation = 0.25 * std::sqrt(years);
  const double density = normal_pdf(std::log(p[0] / p[1]) / deviation + 0.5 * deviation);
  const double mixed = -density / (p[1] * deviation);
  return {{density / (p[0] * deviation), mixed}, {mixed, density * p[0] / (p[1] * p[1] * deviation)}};
}

TEST(SecondOrder, cross_gamma_of_two_assets_agrees_with_its_closed_form) {
  expect_second_derivatives(margrabe, cross_gamma, {{100.0, 95.0}, {80.0, 100.0}, {120.0, 100.0}}, 1e-12, 4.0);
}

TEST(SecondOrder, eight_options_have_their_gammas_in_one_sweep) {
  using Lane = Dual<Batch<8>>;
  std::array<double, 8> spots{};
  for (std::size_t k = 0; k < 8; ++k) spots[k] = 80.0 + 6.0 * static_cast<double>(k);
  Tape<Lane> tape;
  const auto spot = Adjoint<Lane>::leaf(tape, {Batch<8>::load(spots.data()), Batch<8>{1.0}});
  const auto volatility = Adjoint<Lane>::leaf(tape, {Batch<8>{0.3}, Batch<8>{0.0}});
  const auto mark = tape.mark();
  using R = Adjoint<Lane>;
  const R value =
      black_scholes_price<R>(OptionType::put, strike, years, BlackScholes<R>{spot, rate, dividend_yield, volatility});
  sweep(tape, value, mark);
  for (std::size_t k = 0; k < 8; ++k) {
    const Matrix expected = gamma_vanna_volga({spots[k], 0.3});
    EXPECT_NEAR(spot.adjoint().tangent[k], expected[0][0], 1e-13 * expected[0][0] + 1e-15);
    EXPECT_NEAR(volatility.adjoint().tangent[k], expected[0][1], 1e-12);
  }
}

}  // namespace
}  // namespace plimsoll
