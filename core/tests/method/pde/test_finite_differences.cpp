#include "../closed_form/exotic_rows.hpp"
#include "../option_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/closed_form/barrier.hpp>
#include <plimsoll/method/closed_form/digital.hpp>
#include <plimsoll/method/closed_form/double_barrier.hpp>
#include <plimsoll/method/pde/finite_differences.hpp>
#include <plimsoll/numerics/quadrature.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto call = OptionType::call;
constexpr auto put = OptionType::put;
const BlackScholes<double> market{100.0, 0.05, 0.02, 0.25};

double price(const SpotContract& contract, const BlackScholes<double>& model, const FiniteDifferences& settings = {}) {
  const auto found = finite_differences(contract, model, settings, Measures::price_only);
  EXPECT_TRUE(found) << found.error().message();
  return found ? found->priced.price : std::numeric_limits<double>::quiet_NaN();
}

/// A European option before a dividend: the formula for what is left, averaged over the spot on its day.
double by_quadrature(OptionType type, double strike, double years, const SpotDividend& d,
                     const BlackScholes<double>& m) {
  const double deviation = m.volatility * std::sqrt(d.years);
  const double drift = (m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility) * d.years;
  const auto value = [&](double z) {
    BlackScholes<double> after = m;
    after.spot = std::max(m.spot * std::exp(drift + deviation * z) * (1.0 - d.fraction) - d.amount, 0.0);
    return black_scholes_price(type, strike, years - d.years, after) * normal_pdf(z);
  };
  // The formula bends about the spot that the dividend drops onto the strike.
  const double bend = (std::log((strike + d.amount) / (1.0 - d.fraction) / m.spot) - drift) / deviation;
  const double from = std::clamp(bend, -9.0, 9.0);
  const double sum = gauss_kronrod(value, -9.0, from).value + gauss_kronrod(value, from, 9.0).value;
  return std::exp(-m.rate * d.years) * sum;
}

struct Study {
  const char* name;
  SpotContract contract;
  BlackScholes<double> model;
  double exact;
};

/// Strikes off the nodes, each as a plain option, one with a level within 1 % of the spot, and one with a
/// dividend on the eve of expiry.
std::vector<Study> studies(const std::string& kind, int count) {
  std::vector<Study> result;
  SpreadPoints points(5);
  for (int i = 0; i < count; ++i) {
    const double strike = 100.0 * std::exp(points.between(-0.2, 0.2));
    const double years = points.between(0.25, 2.0);
    BlackScholes<double> model = market;
    model.volatility = points.between(0.15, 0.4);
    const double away = points.between(0.003, 0.01);
    const bool is_down = points.between(0.0, 1.0) < 0.5;
    const OptionType type = i % 2 == 0 ? call : put;
    if (kind == "plain") {
      result.push_back({"plain", spot_contract(European{type, strike, years}), model,
                        black_scholes_price(type, strike, years, model)});
    } else if (kind == "level near the spot") {
      const double level = 100.0 * (is_down ? 1.0 - away : 1.0 + away);
      const Knock knock = i % 4 < 2 ? Knock::knock_out : Knock::knock_in;
      // What is out of the money within the level and stopped at it is worth nothing: take the other type.
      const bool is_worthless = knock == Knock::knock_out && (is_down ? strike <= level : strike >= level);
      const OptionType worth = is_worthless ? (is_down ? call : put) : type;
      const Barrier option{
          worth, Payout::difference, strike, 0.0, is_down ? BarrierSide::down : BarrierSide::up, knock, level, 0.0,
          years};
      result.push_back({"level", spot_contract(option), model, closed_form(option, model)->price});
    } else {
      SpotContract contract = spot_contract(European{type, strike, years});
      contract.dividends = {{years - 1.0 / 365.0, 3.0, 0.0}};
      result.push_back({"eve", contract, model, by_quadrature(type, strike, years, contract.dividends.front(), model)});
    }
  }
  return result;
}

TEST(FiniteDifferences, error_falls_with_the_square_of_the_steps_over_many_strikes) {
  // bench_pde_order prints the same for fifty strikes and more steps.
  for (const std::string kind : {"plain", "level near the spot", "dividend on the eve"})
    for (const TimeScheme scheme : {TimeScheme::crank_nicolson, TimeScheme::tr_bdf2}) {
      std::vector<double> orders;
      for (const Study& s : studies(kind, 14)) {
        const auto error = [&](std::int64_t steps) {
          return std::abs(price(s.contract, s.model, {steps, steps / 2, scheme, Extrapolation::none}) - s.exact);
        };
        orders.push_back(std::log2(error(80) / error(160)));
      }
      std::ranges::sort(orders);
      std::printf("[ MEASURED ] %s, %s: order %.2f, least %.2f, most %.2f\n", kind.c_str(),
                  scheme == TimeScheme::tr_bdf2 ? "TR-BDF2" : "Crank-Nicolson", median(orders), orders[0],
                  orders.back());
      EXPECT_NEAR(median(orders), 2.0, 0.2) << kind;
      EXPECT_GT(orders[0], 1.7) << kind;
    }
}

TEST(FiniteDifferences, all_types_of_levels_agree_with_the_closed_form_rebates_included) {
  for (const OptionType type : {call, put})
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const double level : {88.0, 99.3, 100.8, 120.0})
        for (const double rebate : {0.0, 3.0}) {
          const Barrier option{type,
                               Payout::difference,
                               103.0,
                               0.0,
                               level < 100.0 ? BarrierSide::down : BarrierSide::up,
                               knock,
                               level,
                               rebate,
                               0.7};
          // Largest measured with 200 x 100 steps and extrapolation: 1.8e-5.
          EXPECT_NEAR(price(spot_contract(option), market, {160, 80, TimeScheme::tr_bdf2}),
                      closed_form(option, market)->price, 1e-4)
              << level;
        }
}

TEST(FiniteDifferences, sensitivities_at_levels_agree_with_the_closed_form) {
  for (const auto& [knock, level] : {std::pair{Knock::knock_in, 88.0}, {Knock::knock_out, 100.8}}) {
    const BarrierSide side = level < 100.0 ? BarrierSide::down : BarrierSide::up;
    const Barrier option{put, Payout::difference, 103.0, 0.0, side, knock, level, 3.0, 0.7};
    const PricedGreeks exact = *closed_form(option, market);
    const Greeks found =
        finite_differences(spot_contract(option), market, {120, 60, TimeScheme::tr_bdf2})->priced.greeks;
    EXPECT_NEAR(found.delta, exact.greeks.delta, 1e-4) << level;
    EXPECT_NEAR(found.gamma, exact.greeks.gamma, 1e-4) << level;
    EXPECT_NEAR(found.vega, exact.greeks.vega, 3e-3) << level;
    EXPECT_NEAR(found.rho, exact.greeks.rho, 3e-3) << level;
    EXPECT_NEAR(found.theta, exact.greeks.theta, 5e-3) << level;
  }
}

TEST(FiniteDifferences, two_levels_agree_with_the_closed_form) {
  for (const OptionType type : {call, put})
    for (const Payout payout : {Payout::difference, Payout::cash, Payout::asset})
      for (const Knock knock : {Knock::knock_in, Knock::knock_out}) {
        const DoubleBarrier option{type, payout, 103.0, 50.0, knock, 85.0, 130.0, 0.7};
        EXPECT_NEAR(price(spot_contract(option), market), closed_form(option, market)->price, 2e-4);
      }
}

TEST(FiniteDifferences, payoffs_that_jump_off_the_nodes_agree_with_the_closed_form) {
  for (const OptionType type : {call, put})
    for (const Payout payout : {Payout::cash, Payout::asset})
      for (const double strike : {91.3, 100.0, 117.7}) {
        SpotContract contract = spot_contract(European{type, strike, 0.7});
        contract.payout = payout;
        contract.cash = 60.0;
        const Digital option{type, payout, strike, 60.0, 0.0, 0.7};
        EXPECT_NEAR(price(contract, market), closed_form(option, market)->price, 2e-4) << strike;
      }
}

/// A knock-out looked at on some days, by Gauss-Legendre rules in the logarithm of the spot from day to day: the
/// formula after the last of them, then the normal density between one day and the one before.
double by_days(const SpotContract& c, const BlackScholes<double>& m) {
  const GaussRule rule = *gauss_legendre(60);
  const double deviation = m.volatility * std::sqrt(c.years);
  const double low = std::max(std::log(std::max(c.lower, 1e-300)), std::log(m.spot) - 8.0 * deviation);
  const double high = std::min(std::log(c.upper), std::log(m.spot) + 8.0 * deviation);
  const auto place = [&](double node) { return 0.5 * (low + high) + 0.5 * (high - low) * node; };
  std::vector<double> values(rule.nodes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    BlackScholes<double> then = m;
    then.spot = std::exp(place(rule.nodes[i]));
    values[i] = black_scholes_price(c.type, c.strike, c.years - c.monitoring.back(), then);
  }
  double price = 0.0;
  for (std::size_t day = c.monitoring.size(); day-- > 0;) {
    const double step = c.monitoring[day] - (day > 0 ? c.monitoring[day - 1] : 0.0);
    const double spread = m.volatility * std::sqrt(step);
    const double drift = (m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility) * step;
    const auto before = [&](double from) {
      double sum = 0.0;
      for (std::size_t i = 0; i < values.size(); ++i)
        sum += rule.weights[i] * values[i] * normal_pdf((place(rule.nodes[i]) - from - drift) / spread);
      return std::exp(-m.rate * step) * sum * 0.5 * (high - low) / spread;
    };
    if (day == 0) {
      price = before(std::log(m.spot));
    } else {
      std::vector<double> earlier(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) earlier[i] = before(place(rule.nodes[i]));
      values = earlier;
    }
  }
  return price;
}

SpotContract looked_at(const Barrier& option, int days) {
  SpotContract contract = spot_contract(option);
  for (int i = 1; i <= days; ++i) contract.monitoring.push_back(option.expiry * i / (days + 1.0));
  return contract;
}

TEST(FiniteDifferences, levels_looked_at_on_some_days_agree_with_quadrature) {
  for (const double level : {95.0, 99.5, 101.5, 120.0}) {
    const BarrierSide side = level < 100.0 ? BarrierSide::down : BarrierSide::up;
    const Barrier option{call, Payout::difference, 98.0, 0.0, side, Knock::knock_out, level, 0.0, 0.6};
    SpotContract contract = looked_at(option, 5);
    const double exact = by_days(contract, market);
    const double out = price(contract, market, {240, 180, TimeScheme::tr_bdf2});
    EXPECT_NEAR(out, exact, 3e-4) << level;
    contract.knock = Knock::knock_in;
    const double in = price(contract, market, {240, 180, TimeScheme::tr_bdf2});
    EXPECT_NEAR(in + out, black_scholes_price(call, 98.0, 0.6, market), 3e-4) << level;
  }
}

TEST(FiniteDifferences, weekly_looks_agree_with_the_continuity_correction) {
  // Broadie, Glasserman & Kou (1997): the level moved outwards by 0.5826 deviations of an interval; what is left is
  // o(1 / sqrt(looks)): they print differences of a few 1e-3 where the level is not too close.
  const Barrier option{call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 0.0, 0.5};
  Barrier moved = option;
  moved.barrier *= std::exp(-0.5826 * market.volatility * std::sqrt(option.expiry / 26.0));
  SpotContract contract = spot_contract(option);
  for (int i = 1; i <= 26; ++i) contract.monitoring.push_back(option.expiry * i / 26.0);
  EXPECT_NEAR(price(contract, market, {200, 200, TimeScheme::tr_bdf2}), closed_form(moved, market)->price, 3e-3);
}

TEST(FiniteDifferences, american_price_agrees_with_the_integral_equation) {
  std::vector<double> errors;
  const std::vector<OptionCase> all = american_reference();
  for (std::size_t i = 0; i < all.size(); i += 2) {
    const OptionCase& option = all[i];
    const SpotContract contract = spot_contract(American{option.type, option.strike, option.years});
    const double error = std::abs(price(contract, option.model) - option.expected);
    EXPECT_LT(error, 2e-3) << option.strike;
    errors.push_back(error);
  }
  EXPECT_LT(median(errors), 1e-4);
}

/// A knock-out with American exercise on the lattice of Cox, Ross & Rubinstein (1979), looked at on each of its steps.
double on_lattice(const SpotContract& c, const BlackScholes<double>& m, int steps) {
  const double dt = c.years / steps;
  const double up = std::exp(m.volatility * std::sqrt(dt));
  const double chance = (std::exp((m.rate - m.dividend_yield) * dt) - 1.0 / up) / (up - 1.0 / up);
  const double discount = std::exp(-m.rate * dt);
  std::vector<double> values(static_cast<std::size_t>(steps) + 1);
  for (int step = steps; step >= 0; --step)
    for (int j = 0; j <= step; ++j) {
      const double spot = m.spot * std::pow(up, 2 * j - step);
      const auto at = static_cast<std::size_t>(j);
      const double held = step == steps ? 0.0 : discount * (chance * values[at + 1] + (1.0 - chance) * values[at]);
      const bool touched = spot <= c.lower || spot >= c.upper;
      values[at] = touched ? c.rebate : std::max({held, sign(c.type) * (spot - c.strike), 0.0});
    }
  return values[0];
}

TEST(FiniteDifferences, american_exercise_at_a_level_agrees_with_the_printed_lattice_or_with_its_limit) {
  int cases = 0;
  int disputed = 0;
  for (const auto& row : reference_table("barrier_single_american_exercise.csv")) {
    SpotContract contract = spot_contract(Barrier{type_of(row), Payout::difference, row.number("strike"), 0.0,
                                                  direction_of(row), knock_of(row), row.number("barrier"),
                                                  row.number("rebate"), row.number("maturity_years")});
    contract.exercise = Exercise::american;
    const BlackScholes<double> model = model_of(row);
    const double expected = row.number("expected");
    const double found = price(contract, model);
    ++cases;
    if (std::abs(found - expected) <= row.number("tolerance")) continue;
    // Who holds it exercises the moment before it is knocked out. A lattice sees that only at its last node within the
    // level, so its error falls as slowly as its spacing, unless a node lies just within.
    ++disputed;
    const double away = std::log((contract.has_lower() ? contract.lower : contract.upper) / model.spot);
    const double deviations = model.volatility * std::sqrt(contract.years) / away;
    const int steps = static_cast<int>(std::ceil(100.0 * deviations * deviations));  // ten nodes to the level
    const double lattice = on_lattice(contract, model, steps);
    EXPECT_NEAR(lattice, found, 1e-3) << row.text("case_id");  // of 0.08 to 0.5 in dispute
    std::printf("[ MEASURED ] %s: printed %.4f, grid %.4f, lattice %.4f\n", row.text("case_id").c_str(), expected,
                found, lattice);
  }
  EXPECT_EQ(cases, 17);
  EXPECT_EQ(disputed, 3);
}

TEST(FiniteDifferences, dividends_in_cash_agree_with_the_tree) {
  for (OptionCase option : near_cases(4)) {
    option.dividends = {{0.1, 1.0}, {0.2, 2.0}};
    for (const Exercise exercise : {Exercise::european, Exercise::american}) {
      SpotContract contract = spot_contract(European{option.type, option.strike, option.years});
      contract.exercise = exercise;
      contract.dividends = {{0.1, 1.0, 0.0}, {0.2, 2.0, 0.0}};
      LatticeWorkspace lattice;
      const double tree = leisen_reimer_price(option.type, exercise, option.strike, option.years, option.model,
                                              option.dividends, {501, Extrapolation::richardson}, lattice);
      // As in the test of the vanilla grid: the tree's own error.
      EXPECT_NEAR(price(contract, option.model), tree, 1e-4 * (100.0 + option.strike) * (0.1 + deviation(option)));
    }
  }
}

TEST(FiniteDifferences, dividends_in_proportion_are_a_lower_spot) {
  for (const double last : {0.5, 0.7}) {
    SpotContract contract = spot_contract(European{call, 98.0, 0.7});
    contract.dividends = {{0.2, 0.0, 0.02}, {last, 0.0, 0.03}};
    BlackScholes<double> lower = market;
    lower.spot *= 0.98 * 0.97;
    EXPECT_NEAR(price(contract, market), black_scholes_price(call, 98.0, 0.7, lower), 1e-4);
  }
  // In cash on the day of expiry the strike is higher by the amount.
  SpotContract contract = spot_contract(European{put, 98.0, 0.7});
  contract.dividends = {{0.7, 4.0, 0.0}};
  EXPECT_NEAR(price(contract, market), black_scholes_price(put, 102.0, 0.7, market), 1e-4);
}

TEST(FiniteDifferences, dividend_before_a_level_agrees_with_quadrature) {
  const SpotDividend dividend{0.3, 3.0, 0.01};
  for (const Knock knock : {Knock::knock_out, Knock::knock_in}) {
    const Barrier option{put, Payout::difference, 104.0, 0.0, BarrierSide::down, knock, 90.0, 0.0, 0.7};
    SpotContract contract = spot_contract(option);
    contract.dividends = {dividend};
    // Two intervals: a bridge to the spot on the day of the dividend, then the formula.
    const double spread = market.volatility * std::sqrt(dividend.years);
    const double drift = (market.rate - market.dividend_yield - 0.5 * 0.25 * 0.25) * dividend.years;
    const double distance = std::log(90.0 / 100.0);
    const auto alive = [&](double z) {
      const double move = drift + spread * z;
      Barrier rest = option;
      rest.knock = Knock::knock_out;
      rest.expiry = 0.4;
      BlackScholes<double> then = market;
      then.spot = 100.0 * std::exp(move) * 0.99 - 3.0;
      if (move <= distance || then.spot <= 90.0) return 0.0;
      const double clear = -std::expm1(-2.0 * distance * (distance - move) / (spread * spread));
      return clear * closed_form(rest, then)->price * normal_pdf(z);
    };
    const double kink = (std::log(93.0 / 0.99 / 100.0) - drift) / spread;
    const double out = std::exp(-0.05 * 0.3) * gauss_kronrod(alive, kink, 9.0).value;
    const double whole = by_quadrature(put, 104.0, 0.7, dividend, market);
    EXPECT_NEAR(price(contract, market, {240, 120, TimeScheme::tr_bdf2}), knock == Knock::knock_out ? out : whole - out,
                2e-4);
  }
}

TEST(FiniteDifferences, american_that_has_begun_or_is_about_to_is_the_plain_american) {
  SpotContract contract =
      spot_contract(Barrier{put, Payout::difference, 105.0, 0.0, BarrierSide::down, Knock::knock_in, 101.0, 1.0, 0.5});
  contract.exercise = Exercise::american;
  const double plain = price(spot_contract(American{put, 105.0, 0.5}), market);
  EXPECT_NEAR(price(contract, market), plain, 1e-12);
  contract.lower = 99.999;
  EXPECT_NEAR(price(contract, market), plain, 2e-4);
  contract.lower = 1.0;  // out of reach: the rebate at expiry
  EXPECT_NEAR(price(contract, market), std::exp(-0.05 * 0.5), 1e-15);
  contract.knock = Knock::knock_out;
  EXPECT_NEAR(price(contract, market), plain, 1e-4);
  contract.lower = 101.0;
  EXPECT_EQ(price(contract, market), 1.0);
}

TEST(FiniteDifferences, spot_where_exercise_is_best_has_the_payoff_and_its_greeks) {
  const auto found = finite_differences(spot_contract(American{put, 180.0, 1.0}), market, {60, 20});
  EXPECT_EQ(found->priced, (PricedGreeks{80.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
  EXPECT_EQ(found->dividend_rho, 0.0);
}

TEST(FiniteDifferences, dividend_rho_follows_from_parity) {
  // A call less a put is the spot less its yield, less the strike.
  const auto of = [](OptionType type) {
    return finite_differences(spot_contract(European{type, 97.0, 0.7}), market, {100, 40})->dividend_rho;
  };
  EXPECT_NEAR(of(call) - of(put), -0.7 * 100.0 * std::exp(-0.02 * 0.7), 2e-3);
}

TEST(FiniteDifferences, sensitivities_with_dividends_looks_and_exercise_agree_with_differences) {
  SpotContract contract =
      spot_contract(Barrier{put, Payout::difference, 105.0, 0.0, BarrierSide::down, Knock::knock_in, 95.0, 1.0, 0.5});
  contract.exercise = Exercise::american;
  contract.dividends = {{0.2, 1.0, 0.0}, {0.4, 0.0, 0.01}};
  for (const bool without_gap : {true, false}) {
    if (!without_gap) contract.monitoring = {0.15, 0.35};
    const FiniteDifferences settings{60, 24, TimeScheme::tr_bdf2};
    const auto found = finite_differences(contract, market, settings);
    EXPECT_NEAR(found->priced.price, price(contract, market, settings), 1e-10);
    const auto bumped = [&](double BlackScholes<double>::* field, double size) {
      BlackScholes<double> high = market;
      BlackScholes<double> low = market;
      high.*field += size;
      low.*field -= size;
      const FiniteDifferences fine{240, 100, TimeScheme::tr_bdf2};
      return (price(contract, high, fine) - price(contract, low, fine)) / (2.0 * size);
    };
    const double vega = bumped(&BlackScholes<double>::volatility, 0.01);
    EXPECT_NEAR(found->priced.greeks.vega, vega, 0.03 * vega);
    const double rho = bumped(&BlackScholes<double>::rate, 0.01);
    EXPECT_NEAR(found->priced.greeks.rho, rho, 0.03 * std::abs(rho));
  }
}

std::string refused_field(const SpotContract& c, const BlackScholes<double>& m = market, FiniteDifferences f = {}) {
  const auto found = finite_differences(c, m, f);
  return found ? "" : found.error().field;
}

const SpotContract sound =
    spot_contract(Barrier{put, Payout::difference, 105.0, 0.0, BarrierSide::down, Knock::knock_in, 90.0, 1.0, 0.5});

template <class Change>
SpotContract with(const Change& change) {
  SpotContract c = sound;
  change(c);
  return c;
}

TEST(FiniteDifferences, refuses_terms_that_make_no_sense) {
  EXPECT_EQ(refused_field(with([](auto& c) { c.strike = NAN; })), "strike");
  EXPECT_EQ(refused_field(with([](auto& c) { c.years = -1.0; })), "expiry");
  EXPECT_EQ(refused_field(with([](auto& c) { c.years = 0.0; })), "expiry");
  EXPECT_EQ(refused_field(with([](auto& c) { c.rebate = -1.0; })), "rebate");
  EXPECT_EQ(refused_field(with([](auto& c) { c.lower = NAN; })), "lower");
  EXPECT_EQ(refused_field(with([](auto& c) { c.upper = 80.0; })), "upper");
  EXPECT_EQ(refused_field(with([](auto& c) {
              c.exercise = Exercise::american;
              c.payout = Payout::cash;
            })),
            "exercise");
}

TEST(FiniteDifferences, refuses_dates_that_make_no_sense) {
  EXPECT_EQ(refused_field(with([](auto& c) { c.monitoring = {0.2, 0.1}; })), "monitoring[1]");
  EXPECT_EQ(refused_field(with([](auto& c) { c.monitoring = {0.6}; })), "monitoring[0]");
  EXPECT_EQ(refused_field(with([](auto& c) { c.dividends = {{0.6, 1.0, 0.0}}; })), "dividends[0].years");
  EXPECT_EQ(refused_field(with([](auto& c) { c.dividends = {{0.1, -1.0, 0.0}}; })), "dividends[0].amount");
  EXPECT_EQ(refused_field(with([](auto& c) { c.dividends = {{0.1, 1.0, 1.0}}; })), "dividends[0].fraction");
}

TEST(FiniteDifferences, refuses_models_and_settings_that_make_no_sense) {
  EXPECT_EQ(refused_field(sound, {100.0, 0.0, 0.0, -0.1}), "volatility");
  EXPECT_EQ(refused_field(sound, {100.0, 0.0, 0.0, 0.0}), "volatility");
  EXPECT_EQ(refused_field(sound, {0.0, 0.0, 0.0, 0.2}), "spot");
  EXPECT_EQ(refused_field(sound, market, {10, 100}), "space_steps");
  EXPECT_EQ(refused_field(sound, market, {100, 1}), "time_steps");
}

}  // namespace
}  // namespace plimsoll::testing
