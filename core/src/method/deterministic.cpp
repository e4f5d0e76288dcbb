#include "plimsoll/method/deterministic.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

// The spot on its forward path with its derivatives to today's spot and to the rate.
struct PathPoint {
  double years = 0.0;
  double spot = 0.0;
  double to_spot = 1.0;
  double to_rate = 0.0;

  void advance(double until, double drift) noexcept {
    const double step = until - years;
    const double growth = std::exp(drift * step);
    to_rate = growth * (to_rate + step * spot);
    to_spot *= growth;
    spot *= growth;
    years = until;
  }

  void pay(double dividend) noexcept {
    spot -= dividend;
    if (spot > 0.0) return;
    spot = to_spot = to_rate = 0.0;
  }
};

struct Search {
  OptionType type;
  double strike;
  const BlackScholes<double>& model;
  PricedGreeks best;

  void offer(const PathPoint& point) noexcept {
    const double discount = std::exp(-model.rate * point.years);
    const double price = discount * sign(type) * (point.spot - strike);
    if (!(price > best.price)) return;
    const double delta = discount * sign(type) * point.to_spot;
    const double rho = discount * sign(type) * point.to_rate - point.years * price;
    const double drift = model.rate - model.dividend_yield;
    // The discounted price is constant along the path until it is exercised.
    const double theta = point.years > 0.0 ? model.rate * price - drift * model.spot * delta : 0.0;
    best = {price, {delta, 0.0, 0.0, theta, rho}};
  }

  // Between two dividends the discounted payoff a exp(-q t) - K exp(-r t) has at most one stationary time.
  void offer_stationary(PathPoint point, double until) noexcept {
    const double rate = model.rate;
    const double yield = model.dividend_yield;
    const double ratio = rate * strike / (yield * point.spot);
    if (!(ratio > 0.0) || rate == yield) return;
    const double time = point.years + std::log(ratio) / (rate - yield);
    if (!(time > point.years && time < until)) return;
    point.advance(time, rate - yield);
    offer(point);
  }
};

}  // namespace

bool is_deterministic(double strike, double years, const BlackScholes<double>& model) noexcept {
  constexpr double negligible_deviation = 1e-10;
  return !(model.spot > 0.0) || !(strike > 0.0) || !(model.volatility * std::sqrt(years) > negligible_deviation);
}

PricedGreeks deterministic_option(OptionType type, Exercise exercise, double strike, double years,
                                  const BlackScholes<double>& model,
                                  std::span<const TimedDividend> dividends) noexcept {
  const bool may_exercise_early = exercise == Exercise::american;
  const double drift = model.rate - model.dividend_yield;
  Search search{type, strike, model, {}};
  PathPoint point{0.0, model.spot, 1.0, 0.0};
  const auto visit = [&](double until) {
    if (may_exercise_early) {
      search.offer(point);
      search.offer_stationary(point, until);
    }
    point.advance(until, drift);
    if (may_exercise_early) search.offer(point);
  };
  for (const TimedDividend& dividend : dividends) {
    if (!(dividend.years > 0.0 && dividend.years <= years)) continue;
    visit(dividend.years);
    point.pay(dividend.amount);
  }
  visit(years);
  search.offer(point);
  return search.best;
}

}  // namespace plimsoll
