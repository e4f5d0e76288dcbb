#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/partial_time_barrier.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};
constexpr BarrierSide sides[] = {BarrierSide::down, BarrierSide::up};
constexpr Knock knocks[] = {Knock::knock_in, Knock::knock_out};
constexpr BarrierWindow windows[] = {BarrierWindow::start, BarrierWindow::end_any_side, BarrierWindow::end_from_side};
const BlackScholes<double> model{100.0, 0.08, 0.03, 0.25};

double price(const PartialTimeBarrier& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced ? priced->price : std::nan("");
}

TEST(PartialTimeBarrier, agrees_with_the_printed_table_of_haug) {
  int cases = 0;
  for (const auto& row : testing::reference_table("partial_time_barrier.csv")) {
    const PartialTimeBarrier option{testing::type_of(row),
                                    row.number("strike"),
                                    testing::direction_of(row),
                                    testing::knock_of(row),
                                    BarrierWindow::end_any_side,
                                    row.number("barrier"),
                                    row.number("cover_event_time_years"),
                                    row.number("maturity_years")};
    EXPECT_NEAR(price(option, testing::model_of(row)), row.number("expected"), row.number("tolerance"))
        << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 14);
}

/// The plain barrier that is left on the date of cover, by the spot of that date.
double left_at_cover(const PartialTimeBarrier& option, double spot, const BlackScholes<double>& m) {
  const double left = option.expiry - option.cover;
  if (option.window == BarrierWindow::start) return 0.0;
  const BarrierSide side = option.window == BarrierWindow::end_from_side ? option.direction
                           : spot > option.barrier                       ? BarrierSide::down
                                                                         : BarrierSide::up;
  const Barrier barrier{option.type,  Payout::difference, option.strike, 0.0, side,
                        option.knock, option.barrier,     0.0,           left};
  return closed_form(barrier, {spot, m.rate, m.dividend_yield, m.volatility})->price;
}

/// The option by the spot on the date of cover: a plain barrier from then on, or a plain option with the chance that a
/// bridge until then stays clear of the barrier.
double by_date_of_cover(const PartialTimeBarrier& option, const BlackScholes<double>& m) {
  const double distance = std::log(option.barrier / m.spot);
  const double variance = m.volatility * m.volatility * option.cover;
  const auto at = [&](double spot) {
    if (option.window != BarrierWindow::start) return left_at_cover(option, spot, m);
    const double beyond = distance * (distance - std::log(spot / m.spot));
    const double clear = beyond <= 0.0 ? 0.0 : -std::expm1(-2.0 * beyond / variance);
    const double plain = black_scholes_price<double>(option.type, option.strike, option.expiry - option.cover,
                                                     {spot, m.rate, m.dividend_yield, m.volatility});
    return plain * (option.knock == Knock::knock_out ? clear : 1.0 - clear);
  };
  return std::exp(-m.rate * option.cover) * testing::expected_at(m, option.cover, at, {option.barrier});
}

TEST(PartialTimeBarrier, agrees_with_an_integral_over_the_spot_on_the_date_of_cover) {
  for (const OptionType type : types)
    for (const BarrierSide side : sides)
      for (const Knock knock : knocks)
        for (const BarrierWindow window : windows)
          for (const double strike : {type == OptionType::call ? 88.0 : 112.0}) {
            const double barrier = side == BarrierSide::down ? 92.0 : 108.0;
            const PartialTimeBarrier option{type, strike, side, knock, window, barrier, 0.3, 0.8};
            // The quadrature is asked for 1e-10 of prices below 100.
            EXPECT_NEAR(price(option, model), by_date_of_cover(option, model), 1e-8)
                << static_cast<int>(window) << " " << strike << " " << barrier;
          }
}

TEST(PartialTimeBarrier, in_and_out_are_the_plain_option) {
  for (const BarrierWindow window : windows)
    for (const double spot : {85.0, 99.0, 101.0, 130.0}) {
      PartialTimeBarrier option{OptionType::call, 95.0, BarrierSide::down, Knock::knock_in, window, 98.0, 0.4, 1.0};
      const BlackScholes<double> m{spot, 0.02, 0.05, 0.4};
      const double in = price(option, m);
      option.knock = Knock::knock_out;
      EXPECT_NEAR(in + price(option, m), black_scholes_price(OptionType::call, 95.0, 1.0, m), 1e-12 * 200.0);
    }
}

TEST(PartialTimeBarrier, derivatives_agree_with_bumps) {
  for (const BarrierWindow window : windows) {
    const PartialTimeBarrier option{
        OptionType::call, 101.0, BarrierSide::down, Knock::knock_out, window, 95.0, 0.3, 1.0};
    testing::expect_derivatives(
        [&](auto x) {
          using R = std::remove_cvref_t<decltype(x[0])>;
          return partial_time_barrier_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4]);
        },
        {{100.0, 0.08, 0.03, 0.25, 1.0}, {112.0, 0.01, 0.06, 0.5, 1.5}});
    const auto priced = closed_form(option, model);
    const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.08, 0.03, 0.25})->greeks.delta; };
    testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
  }
}

TEST(PartialTimeBarrier, window_over_the_whole_life_is_the_plain_barrier) {
  for (const BarrierSide side : sides)
    for (const Knock knock : knocks) {
      const double barrier = side == BarrierSide::down ? 90.0 : 110.0;
      const Barrier plain{OptionType::put, Payout::difference, 100.0, 0.0, side, knock, barrier, 0.0, 0.7};
      const double expected = closed_form(plain, model)->price;
      EXPECT_EQ(price({OptionType::put, 100.0, side, knock, BarrierWindow::start, barrier, 0.7, 0.7}, model), expected);
      for (const BarrierWindow window : {BarrierWindow::end_any_side, BarrierWindow::end_from_side})
        EXPECT_EQ(price({OptionType::put, 100.0, side, knock, window, barrier, 0.0, 0.7}, model), expected);
      // The last days hardly add to the chance of a touch: the root of their share of the life.
      EXPECT_NEAR(price({OptionType::put, 100.0, side, knock, BarrierWindow::start, barrier, 0.7 - 1e-9, 0.7}, model),
                  expected, 1e-3);
    }
}

TEST(PartialTimeBarrier, watched_at_expiry_alone_looks_at_the_last_spot) {
  PartialTimeBarrier option{
      OptionType::call, 90.0, BarrierSide::down, Knock::knock_out, BarrierWindow::end_from_side, 100.0, 0.5, 0.5};
  const double above = expected_payoff<double>(log_normal_spot<double>(model, 0.5),
                                               linear_payoff(OptionType::call, Payout::difference, 90.0, 0.0), 100.0,
                                               std::numeric_limits<double>::infinity());
  EXPECT_NEAR(price(option, model), std::exp(-0.04) * above, 1e-12);
  option.window = BarrierWindow::end_any_side;
  EXPECT_NEAR(price(option, model), black_scholes_price(OptionType::call, 90.0, 0.5, model), 1e-12);
}

TEST(PartialTimeBarrier, path_that_is_certain_touches_or_not) {
  const BlackScholes<double> rising{100.0, 0.1, 0.0, 0.0};
  const double plain = 100.0 - 95.0 * std::exp(-0.1);
  const auto at = [&](BarrierSide side, Knock knock, BarrierWindow window, double barrier) {
    return price({OptionType::call, 95.0, side, knock, window, barrier, 0.5, 1.0}, rising);
  };
  EXPECT_NEAR(at(BarrierSide::up, Knock::knock_out, BarrierWindow::start, 108.0), plain, 1e-12);
  EXPECT_EQ(at(BarrierSide::up, Knock::knock_out, BarrierWindow::start, 103.0), 0.0);
  EXPECT_EQ(at(BarrierSide::up, Knock::knock_out, BarrierWindow::end_from_side, 108.0), 0.0);
  EXPECT_NEAR(at(BarrierSide::up, Knock::knock_in, BarrierWindow::end_any_side, 108.0), plain, 1e-12);
  EXPECT_EQ(at(BarrierSide::up, Knock::knock_in, BarrierWindow::end_any_side, 103.0), 0.0);
  EXPECT_NEAR(
      price({OptionType::call, 95.0, BarrierSide::down, Knock::knock_out, BarrierWindow::start, 90.0, 0.0, 1.0}, model),
      black_scholes_price(OptionType::call, 95.0, 1.0, model), 1e-12);
  EXPECT_EQ(price({OptionType::call, 95.0, BarrierSide::down, Knock::knock_out, BarrierWindow::start, 105.0, 0.5, 1.0},
                  model),
            0.0);
}

TEST(PartialTimeBarrier, refuses_what_makes_no_sense) {
  const auto field_of = [&](double strike, double barrier, double cover, double expiry) {
    return closed_form(PartialTimeBarrier{OptionType::call, strike, BarrierSide::down, Knock::knock_out,
                                          BarrierWindow::start, barrier, cover, expiry},
                       model)
        .error()
        .field;
  };
  EXPECT_EQ(field_of(-1.0, 90.0, 0.5, 1.0), "strike");
  EXPECT_EQ(field_of(100.0, 0.0, 0.5, 1.0), "barrier");
  EXPECT_EQ(field_of(100.0, 90.0, 1.5, 1.0), "cover");
  EXPECT_EQ(field_of(100.0, 90.0, NAN, 1.0), "cover");
  EXPECT_EQ(field_of(100.0, 90.0, 0.5, -1.0), "expiry");
  EXPECT_EQ(closed_form(PartialTimeBarrier{OptionType::call, 1.0, BarrierSide::down, Knock::knock_out,
                                           BarrierWindow::start, 1.0, 0.0, 1.0},
                        {100.0, 0.0, 0.0, -0.1})
                .error()
                .field,
            "volatility");
}

}  // namespace
}  // namespace plimsoll
