#include "method/monte_carlo/correlated_market.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/bounded_cliquet.hpp"
#include "plimsoll/method/monte_carlo/path_price.hpp"
#include "plimsoll/method/quadrature/basket.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::alike;

constexpr double sigmas = 4.0;
constexpr double infinity = std::numeric_limits<double>::infinity();

Simulation of(std::int64_t paths, Sequence sequence = Sequence::philox) {
  Simulation method;
  method.paths = paths;
  method.seed = 3;
  method.sequence = sequence;
  return method;
}

template <class Product>
SimulatedPrice priced(const Product& product, const CorrelatedBlackScholes<double>& model, const Simulation& method) {
  const auto found = simulated_price(product, model, method);
  EXPECT_TRUE(found) << (found ? "" : found.error().message());
  return found ? *found : SimulatedPrice{};
}

TEST(PathPrice, european_prices_of_barraquand_and_martineau_hold_by_quadrature_and_by_simulation) {
  int cases = 0;
  for (const auto& row : testing::reference_table("basket_three_asset.csv")) {
    const auto model = alike(40.0, 0.05, 0.0, {0.2, 0.3, 0.5}, row.number("correlation"));
    const BasketOption option{row.text("option_type") == "call" ? OptionType::call : OptionType::put,
                              Aggregate::largest,
                              {1.0, 1.0, 1.0},
                              row.number("strike"),
                              row.number("years")};
    const auto exact = quadrature_price(option, model);
    ASSERT_TRUE(exact) << row.text("case_id") << exact.error().message();
    EXPECT_NEAR(*exact, row.number("expected_european"), row.number("tolerance")) << row.text("case_id");
    const SimulatedPrice found = priced(option, model, of(4'096));
    EXPECT_NEAR(found.price, *exact, sigmas * found.standard_error + 1e-8) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 12);
}

TEST(PathPrice, geometric_mean_is_the_control_of_a_basket) {
  const auto model = alike(100.0, 0.05, 0.01, {0.2, 0.25, 0.3, 0.35, 0.4}, 0.5);
  const BasketOption basket{OptionType::put, Aggregate::sum, {0.2, 0.2, 0.2, 0.2, 0.2}, 95.0, 2.0};
  const SimulatedPrice found = priced(basket, model, of(8'192));
  EXPECT_TRUE(found.control.starts_with("geometric mean")) << found.control;
  EXPECT_GT(found.variance_gain, 30.0);
  Simulation plain = of(32'768, Sequence::sobol);
  plain.control = Control::none;
  const SimulatedPrice other = priced(basket, model, plain);
  EXPECT_NEAR(found.price, other.price, sigmas * std::hypot(found.standard_error, other.standard_error));
}

TEST(PathPrice, spread_and_exchange_agree_with_the_quadrature) {
  const CorrelatedBlackScholes<double> model{{100.0, 95.0}, 0.05, {0.02, 0.04}, {0.3, 0.2}, {1.0, 0.6, 0.6, 1.0}};
  for (const double strike : {0.0, 5.0, -5.0}) {
    const BasketOption option{OptionType::call, Aggregate::sum, {1.0, -1.0}, strike, 1.0};
    const SimulatedPrice found = priced(option, model, of(16'384));
    EXPECT_NEAR(found.price, *quadrature_price(option, model), sigmas * found.standard_error) << strike;
    EXPECT_EQ(found.control, "forwards");
  }
}

TEST(PathPrice, worst_of_autocallable_with_one_date_is_its_parts) {
  // One asset, one date: the notional and the coupon in the money, less a put below the knock-in.
  const auto model = alike(100.0, 0.03, 0.01, {0.25}, 1.0);
  Autocallable note;
  note.notional = 1000.0;
  note.initial_fixings = {100.0};
  note.coupon_dates = {1.0};
  note.coupon = 0.05;
  note.coupon_level = 0.8;
  note.knock_in_level = 0.7;
  note.missed_coupons = 2;
  const SimulatedPrice found = priced(note, model, of(65'536));
  const double drift = 0.03 - 0.01 - 0.5 * 0.0625;
  const auto below = [&](double level, double shift) { return normal_cdf((std::log(level) - drift) / 0.25 - shift); };
  const double redemption = 1.0 - below(0.7, 0.0) + std::exp(0.02) * below(0.7, 0.25);
  const double exact = 1000.0 * std::exp(-0.03) * (redemption + 0.15 * (1.0 - below(0.8, 0.0)));
  EXPECT_NEAR(found.price, exact, sigmas * found.standard_error);
}

TEST(PathPrice, autocallable_that_is_called_at_once_pays_its_first_coupon) {
  // No chance is left: the worst performance is above the call level on the first date.
  const auto model = alike(100.0, 0.03, 0.0, {0.0, 0.0}, 0.0);
  Autocallable note;
  note.initial_fixings = {80.0, 90.0};
  note.coupon_dates = {0.5, 1.0, 1.5};
  note.coupon = 0.04;
  note.coupon_level = 0.7;
  note.missed_coupons = 1;
  EXPECT_NEAR(priced(note, model, of(16)).price, std::exp(-0.015) * 1.08, 1e-15);
  // Never called, all coupons remembered to the end.
  note.call_level = 2.0;
  note.coupon_level = 1.15;  // forwards of the second asset: 1.128, 1.145, 1.162
  EXPECT_NEAR(priced(note, model, of(16)).price, std::exp(-0.045) * (1.0 + 0.04 * 4.0), 1e-15);
  // Knocked in before: at the end it pays the worst performance over the strike.
  note.knocked = Knocked::yes;
  note.strike_level = 1.5;
  note.coupon_level = 3.0;
  EXPECT_NEAR(priced(note, model, of(16)).price, std::exp(-0.045) * std::exp(0.045) * 100.0 / 90.0 / 1.5, 1e-15);
}

TEST(PathPrice, autocallable_is_worth_less_with_more_chances_to_knock_in_and_more_with_memory) {
  const auto model = alike(100.0, 0.02, 0.03, {0.25, 0.3, 0.35}, 0.5);
  Autocallable note;
  note.initial_fixings = {100.0, 100.0, 100.0};
  note.coupon_dates = {1.0, 2.0, 3.0};
  note.coupon = 0.08;
  note.coupon_level = 0.8;
  note.knock_in_level = 0.6;
  const SimulatedPrice at_end = priced(note, model, of(16'384));
  EXPECT_GT(at_end.variance_gain, 1.2);
  EXPECT_FALSE(at_end.control.empty());
  Autocallable watched = note;
  for (int month = 1; month < 36; ++month) watched.knock_in_dates.push_back(month / 12.0);
  const SimulatedPrice monthly = priced(watched, model, of(8'192));
  EXPECT_LT(monthly.price + sigmas * monthly.standard_error, at_end.price);
  note.missed_coupons = 1;
  EXPECT_GT(priced(note, model, of(16'384)).price, at_end.price);
  // A model of one more dimension of time and another sequence gives the same price.
  const SimulatedPrice quasi = priced(watched, model, of(16'384, Sequence::sobol));
  EXPECT_NEAR(quasi.price, monthly.price, sigmas * std::hypot(quasi.standard_error, monthly.standard_error));
}

BoundedCliquet quarterly() { return {100.0, 100.0, {0.25, 0.5, 0.75, 1.0}, -0.02, 0.05, -1.0, infinity, 0.0}; }

TEST(PathPrice, cliquet_without_global_bounds_is_its_closed_form) {
  const auto model = alike(103.0, 0.04, 0.01, {0.22}, 1.0);
  const auto exact = closed_form_price(quarterly(), {103.0, 0.04, 0.01, 0.22});
  ASSERT_TRUE(exact);
  Simulation plain = of(16'384);
  plain.control = Control::none;
  const SimulatedPrice found = priced(quarterly(), model, plain);
  EXPECT_NEAR(found.price, *exact, sigmas * found.standard_error);
  // The control is the product itself.
  EXPECT_NEAR(priced(quarterly(), model, of(1'000)).price, *exact, 1e-12);
}

TEST(PathPrice, cliquet_with_a_global_floor_agrees_with_a_quadrature_over_two_periods) {
  const BoundedCliquet option{100.0, 100.0, {0.5, 1.0}, -0.1, 0.08, 0.02, 0.12, 0.01};
  const BlackScholes<double> one{100.0, 0.04, 0.01, 0.22};
  const auto bounded = [&](double z) {
    const double change = std::exp((0.03 - 0.5 * 0.0484) * 0.5 + 0.22 * std::sqrt(0.5) * z) - 1.0;
    return std::max(std::min(change, 0.08), -0.1);
  };
  const auto mean = [](const Integrand& f) {
    return gauss_kronrod([&](double z) { return f(z) * normal_pdf(z); }, -9.0, 9.0, {1e-9, 1e-9, 400}).value;
  };
  const double exact =
      100.0 * std::exp(-0.04) * mean([&](double a) {
        return mean([&](double b) { return std::max(std::min(0.01 + bounded(a) + bounded(b), 0.12), 0.02); });
      });
  const SimulatedPrice found = priced(option, alike(100.0, 0.04, 0.01, {0.22}, 1.0), of(16'384));
  EXPECT_NEAR(found.price, exact, sigmas * found.standard_error + 1e-6);
  EXPECT_TRUE(found.control.starts_with("returns between local bounds")) << found.control;
  EXPECT_GT(found.variance_gain, 3.0);
  EXPECT_EQ(closed_form_price(option, one).error().code, ErrorCode::unsupported);
}

TEST(PathPrice, cliquet_of_one_period_from_today_is_a_call_spread) {
  const BoundedCliquet option{100.0, 100.0, {1.0}, 0.0, 0.1, 0.0, infinity, 0.0};
  const BlackScholes<double> one{100.0, 0.04, 0.01, 0.22};
  EXPECT_NEAR(*closed_form_price(option, one),
              black_scholes_greeks(OptionType::call, 100.0, 1.0, one).price -
                  black_scholes_greeks(OptionType::call, 110.0, 1.0, one).price,
              1e-12);
  const BlackScholes<double> still{100.0, 0.04, 0.0, 0.0};
  EXPECT_NEAR(*closed_form_price(option, still), 100.0 * std::exp(-0.04) * (std::exp(0.04) - 1.0), 1e-12);
}

TEST(PathPrice, payoffs_are_templates_that_carry_derivatives) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const std::vector<R> spots{R::leaf(tape, 110.0), R::leaf(tape, 90.0)};
  const R value = payoff<R>(BasketOption{OptionType::call, Aggregate::largest, {2.0, 1.0}, 100.0, 1.0}, spots);
  sweep(tape, value, {});
  EXPECT_EQ(value.value(), 120.0);
  EXPECT_EQ(spots[0].adjoint(), 2.0);
  EXPECT_EQ(spots[1].adjoint(), 0.0);
  const std::vector<R> discounts{R{0.9}, R{0.8}};
  Autocallable note;
  note.initial_fixings = {100.0};
  note.coupon_dates = {1.0, 2.0};
  note.call_level = 1.2;
  note.coupon_level = 1.0;
  note.coupon = 0.1;
  note.knock_in_level = 0.95;
  const R paid = present_value<R>(note, ObservedPath<R>{spots, discounts, 1});
  EXPECT_NEAR(paid.value(), 0.9 * 0.1 + 0.8 * 0.9, 1e-15);
  tape.clear_adjoints();
  sweep(tape, paid, {});
  EXPECT_NEAR(spots[1].adjoint(), 0.8 / 100.0, 1e-15);
}

TEST(PathPrice, model_paths_carry_derivatives) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const CorrelatedBlackScholes<R> model{{R::leaf(tape, 100.0), R::leaf(tape, 95.0)},
                                        R::leaf(tape, 0.05),
                                        {R{0.0}, R{0.0}},
                                        {R::leaf(tape, 0.3), R::leaf(tape, 0.2)},
                                        {R{1.0}, R::leaf(tape, 0.4), R{0.4}, R{1.0}}};
  const std::vector<double> dates{0.5, 1.0};
  const CorrelatedSteps<R> steps(model, dates);
  std::vector<R> path(4);
  const std::vector<double> normals{0.3, -0.2, 0.1, 0.7};
  steps.fill(normals, path);
  sweep(tape, path[2], {});
  EXPECT_NEAR(model.spots[0].adjoint(), path[2].value() / 100.0, 1e-12);
  EXPECT_NEAR(model.rate.adjoint(), path[2].value(), 1e-12);
  EXPECT_NEAR(model.volatilities[0].adjoint(), path[2].value() * (std::sqrt(0.5) * 0.4 - 0.3), 1e-12);
}

TEST(PathPrice, basket_at_expiry_is_its_payoff) {
  const BasketOption option{OptionType::put, Aggregate::smallest, {1.0, 1.0}, 98.0, 0.0};
  const CorrelatedBlackScholes<double> model{{100.0, 95.0}, 0.05, {0.02, 0.04}, {0.3, 0.2}, {1.0, 0.6, 0.6, 1.0}};
  EXPECT_EQ(priced(option, model, of(1'000)).price, 3.0);
}

TEST(PathPrice, refuses_flaws_of_product_and_model) {
  const auto good = alike(100.0, 0.05, 0.0, {0.2, 0.3}, 0.5);
  const BasketOption option{OptionType::call, Aggregate::sum, {0.5, 0.5}, 100.0, 1.0};
  const auto refused = [](const auto& product, const CorrelatedBlackScholes<double>& model) {
    const auto found = simulated_price(product, model, of(100));
    return found ? Error{} : found.error();
  };
  auto model = good;
  model.volatilities[1] = -0.1;
  EXPECT_EQ(refused(option, model).field, "volatility of asset 1");
  model = good;
  model.spots.clear();
  EXPECT_EQ(refused(option, model).code, ErrorCode::missing_field);
  model = good;
  model.dividend_yields.push_back(0.0);
  EXPECT_EQ(refused(option, model).field, "dividend_yields");
  model = good;
  model.volatilities.pop_back();
  EXPECT_EQ(refused(option, model).field, "volatilities");
  model = good;
  model.correlation.pop_back();
  EXPECT_EQ(refused(option, model).field, "correlation");
  model = good;
  model.rate = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refused(option, model).field, "rate");
  const auto impossible = alike(100.0, 0.05, 0.0, {0.2, 0.2, 0.2}, -0.9);
  const BasketOption three{OptionType::call, Aggregate::sum, {1.0, 1.0, 1.0}, 100.0, 1.0};
  EXPECT_EQ(refused(three, impossible).value.substr(0, 22), "smallest eigenvalue -0");
  EXPECT_EQ(refused(three, good).field, "spots");
  BasketOption bad = option;
  bad.expiry = -1.0;
  EXPECT_EQ(refused(bad, good).code, ErrorCode::expired_product);
  bad = option;
  bad.weights = {};
  EXPECT_EQ(refused(bad, good).code, ErrorCode::missing_field);
  bad = option;
  bad.of = Aggregate::largest;
  bad.weights = {1.0, -1.0};
  EXPECT_EQ(refused(bad, good).field, "weights");
  bad = option;
  bad.strike = infinity;
  EXPECT_EQ(refused(bad, good).field, "strike");
  BoundedCliquet cliquet = quarterly();
  cliquet.local_floor = 0.2;
  EXPECT_EQ(refused(cliquet, alike(100.0, 0.05, 0.0, {0.2}, 1.0)).field, "local_floor");
}

}  // namespace
}  // namespace plimsoll
