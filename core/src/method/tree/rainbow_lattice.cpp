#include "plimsoll/method/tree/rainbow_lattice.hpp"

#include "lattice_reading.hpp"
#include "plimsoll/method/asset_greeks.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/real/dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace plimsoll {

namespace {

/// Expected payoff where the first spot is known and the second log-normal with this mean and deviation: for a known
/// first spot each payoff is made of options on the second.
template <Real R>
R expected(const Rainbow& o, const R& spot1, const R& mean_two, const R& deviation) {
  const R first = o.quantity_one * spot1;
  const R second = o.quantity_two * mean_two;
  const double strike = o.strike;
  const bool is_call = o.type == OptionType::call;
  const auto option = [&](double on, const R& level) { return black_price<R>(on, second, level, deviation); };
  const R upper = max(first, R{strike});
  const R lower = min(first, R{strike});
  switch (o.underlying) {
    case RainbowUnderlying::best_of:
      return is_call ? R{upper - strike + option(1.0, upper)} : R{option(-1.0, R{strike}) - option(-1.0, lower)};
    case RainbowUnderlying::worst_of:
      return is_call ? R{option(1.0, R{strike}) - option(1.0, upper)} : R{strike - lower + option(-1.0, lower)};
    case RainbowUnderlying::spread:
      return option(-sign(o.type), R{first - strike});
    case RainbowUnderlying::basket:
      break;
  }
  return is_call ? R{upper - strike + option(1.0, R{strike - lower})} : option(-1.0, R{strike - lower});
}

/// The spots at the nodes of a level: with x and y moves of the two walks,
/// one = spot1 * exp(drift_one * t) * first[x] and two = spot2 * exp(drift_two * t) * second[x] * third[y].
template <Real R>
class RainbowNodes {
 public:
  RainbowNodes(const TwoAssets<R>& model, double years, std::size_t steps)
      : discount_(exp(model.rate * -years)), spot_one_(model.spot1), spot_two_(model.spot2) {
    const double root = std::sqrt(years);
    const R one = model.volatility1 * root;
    const R shared = model.volatility2 * model.correlation * root;
    const R own = model.volatility2 * sqrt(1.0 - model.correlation * model.correlation) * root;
    // The mean of exp(a walk's move) is a hyperbolic cosine; the drift that takes it out makes the forward exact.
    own_deviation_ = own;
    own_mean_ = 0.5 * (exp(own) + exp(-own));
    drift_one_ = (model.rate - model.dividend_yield1) * years - log_cosh(one);
    drift_two_ = (model.rate - model.dividend_yield2) * years - log_cosh(shared) - log_cosh(own);
    const auto count = static_cast<std::ptrdiff_t>(steps);
    for (std::ptrdiff_t move = -count; move <= count; ++move) {
      first_.push_back(exp(static_cast<double>(move) * one));
      second_.push_back(exp(static_cast<double>(move) * shared));
      third_.push_back(exp(static_cast<double>(move) * own));
    }
    middle_ = steps;
  }

  const R& discount() const noexcept { return discount_; }

  /// Deviation of a step of the second walk alone, and the mean of its exponential, which the drift takes out.
  const R& own_deviation() const noexcept { return own_deviation_; }
  const R& own_mean() const noexcept { return own_mean_; }

  /// Spots of the first asset and factors of the second at node `a` of the first walk, with `level` steps made and
  /// `walked` steps since the root; then the second asset is the factor times `third(b)`.
  R one(std::size_t a, std::size_t walked, double level) const {
    return spot_one_ * exp(drift_one_ * level) * first_[middle_ + 2 * a - walked];
  }
  R two(std::size_t a, std::size_t walked, double level) const {
    return spot_two_ * exp(drift_two_ * level) * second_[middle_ + 2 * a - walked];
  }
  const R& third(std::size_t b, std::size_t walked) const { return third_[middle_ + 2 * b - walked]; }

 private:
  static R log_cosh(const R& x) { return log(0.5 * (exp(x) + exp(-x))); }

  R discount_, spot_one_, spot_two_, drift_one_, drift_two_, own_deviation_, own_mean_;
  std::vector<R> first_, second_, third_;
  std::size_t middle_ = 0;
};

constexpr std::size_t head = 2;  // steps before today

/// The nine values of today, row by row of the first walk.
template <Real R>
std::vector<R> nine_values(const Rainbow& option, const TwoAssets<R>& model, std::size_t steps) {
  const double years = option.expiry / static_cast<double>(steps);
  const RainbowNodes<R> nodes(model, years, steps + head);
  const std::size_t width = steps + head + 1;
  std::vector<R> values(width * width);
  const R quarter = 0.25 * nodes.discount();
  const std::size_t between = option.exercise_dates == 0 ? 1 : steps / static_cast<std::size_t>(option.exercise_dates);
  // The last step of the second walk is a normal move by formula, so that the line of the strike among the nodes leaves
  // no trace.
  for (std::size_t a = 0; a <= steps + head; ++a) {
    const R one = nodes.one(a, steps + head, static_cast<double>(steps));
    const R two = nodes.two(a, steps + head, static_cast<double>(steps)) * nodes.own_mean();
    for (std::size_t b = 0; b < steps + head; ++b)
      values[a * width + b] =
          expected<R>(option, one, R{two * nodes.third(b, steps + head - 1)}, nodes.own_deviation());
  }
  for (std::size_t level = steps; level-- > 0;) {
    const std::size_t walked = level + head;
    const auto time = static_cast<double>(level);
    const bool may_exercise =
        option.exercise == Exercise::american && level % between == 0 && (level > 0 || option.exercise_dates == 0);
    for (std::size_t a = 0; a <= walked; ++a) {
      R* const row = values.data() + a * width;
      const R* const next = row + width;
      const R one = nodes.one(a, walked, time);
      const R two = nodes.two(a, walked, time);
      for (std::size_t b = 0; b <= walked; ++b) {
        const R held = level + 1 == steps ? R{2.0 * quarter * (row[b] + next[b])}
                                          : R{quarter * ((row[b] + row[b + 1]) + (next[b] + next[b + 1]))};
        row[b] = may_exercise ? R{max(held, exercised<R>(option, one, R{two * nodes.third(b, walked)}))} : held;
      }
    }
  }
  std::vector<R> found;
  for (std::size_t a = 0; a <= head; ++a)
    for (std::size_t b = 0; b <= head; ++b) found.push_back(values[a * width + b]);
  return found;
}

constexpr std::size_t centre = 4;  // of the nine

/// Derivatives by the logarithms of the spots from the nine nodes, which lie at equal moves of the two walks.
void read_spots(const std::vector<double>& v, const TwoAssets<double>& model, double years, TwoAssetGreeks& found) {
  // One step of a walk at today's level is two moves.
  const double root = 2.0 * std::sqrt(years);
  const double x = (v[7] - v[1]) / (2.0 * root);
  const double y = (v[5] - v[3]) / (2.0 * root);
  const double xx = (v[7] - 2.0 * v[centre] + v[1]) / (root * root);
  const double yy = (v[5] - 2.0 * v[centre] + v[3]) / (root * root);
  const double xy = (v[8] - v[6] - v[2] + v[0]) / (4.0 * root * root);
  // With one = s1 w and two = s2 (c w + d z): d/dz = y / (s2 d), d/dw by chain.
  const double c = model.correlation;
  const double d = std::sqrt(1.0 - c * c);
  const double s1 = model.volatility1;
  const double s2 = model.volatility2;
  const double by_two = y / (s2 * d);
  const double by_one = (x - c / d * y) / s1;
  const double two_two = yy / (s2 * s2 * d * d);
  const double one_two = (xy - c / d * yy) / (s1 * s2 * d);
  const double one_one = (xx - 2.0 * c / d * xy + c * c / (d * d) * yy) / (s1 * s1);
  found.delta1 = by_one / model.spot1;
  found.delta2 = by_two / model.spot2;
  found.gamma1 = (one_one - by_one) / (model.spot1 * model.spot1);
  found.gamma2 = (two_two - by_two) / (model.spot2 * model.spot2);
  found.cross_gamma = one_two / (model.spot1 * model.spot2);
}

double price_on(const Rainbow& option, const TwoAssets<double>& model, std::size_t steps) {
  return nine_values<double>(option, model, steps)[centre];
}

PricedTwoAssets measures_on(const Rainbow& option, const TwoAssets<double>& model, std::size_t steps) {
  using Number = Dual<double>;
  const auto along = [&](Number TwoAssets<Number>::* parameter) {
    TwoAssets<Number> moved{Number{model.spot1},           Number{model.spot2},       Number{model.dividend_yield1},
                            Number{model.dividend_yield2}, Number{model.volatility1}, Number{model.volatility2},
                            Number{model.correlation},     Number{model.rate}};
    (moved.*parameter).tangent = 1.0;
    return nine_values<Number>(option, moved, steps)[centre].tangent;
  };
  const std::vector<double> values = nine_values<double>(option, model, steps);
  PricedTwoAssets found;
  found.price = values[centre];
  read_spots(values, model, option.expiry / static_cast<double>(steps), found.greeks);
  found.greeks.vega1 = along(&TwoAssets<Number>::volatility1);
  found.greeks.vega2 = along(&TwoAssets<Number>::volatility2);
  found.greeks.correlation = along(&TwoAssets<Number>::correlation);
  found.greeks.rho = along(&TwoAssets<Number>::rate);
  found.greeks.dividend1 = along(&TwoAssets<Number>::dividend_yield1);
  found.greeks.dividend2 = along(&TwoAssets<Number>::dividend_yield2);
  return found;
}

/// The equation that the price obeys where it is not best to exercise. Source: Margrabe (1978).
double theta_of(const TwoAssets<double>& m, const PricedTwoAssets& priced) {
  const TwoAssetGreeks& g = priced.greeks;
  const double one = m.volatility1 * m.spot1;
  const double two = m.volatility2 * m.spot2;
  return m.rate * priced.price - (m.rate - m.dividend_yield1) * m.spot1 * g.delta1 -
         (m.rate - m.dividend_yield2) * m.spot2 * g.delta2 - 0.5 * one * one * g.gamma1 - 0.5 * two * two * g.gamma2 -
         m.correlation * one * two * g.cross_gamma;
}

std::optional<Error> flaw_of(const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings) {
  if (auto flaw = find_flaw(option)) return flaw;
  if (auto flaw = find_flaw(model)) return flaw;
  if (auto flaw = find_flaw(Method{settings})) return flaw;
  const double least = std::min({model.spot1, model.spot2, model.volatility1 * std::sqrt(option.expiry),
                                 model.volatility2 * std::sqrt(option.expiry), 1.0 - std::abs(model.correlation)});
  if (least > 1e-10) return std::nullopt;
  return Error{
      ErrorCode::unsupported, "model", text_of(least),
      "spots, volatilities and time above zero, and a correlation between -1 and 1",
      "give a small number in place of zero, 0.001 for a volatility, and 0.999 in place of a correlation of 1"};
}

/// Steps of the finer lattice: those asked for, rounded up so that half of them still meet every exercise date.
std::size_t steps_of(const Rainbow& option, const RainbowLattice& settings) {
  const std::int64_t unit = 2 * std::max<std::int64_t>(option.exercise_dates, 1);
  return static_cast<std::size_t>((settings.steps + unit - 1) / unit * unit);
}

double exercised_now(const Rainbow& option, const TwoAssets<double>& model) {
  if (option.exercise == Exercise::european || option.exercise_dates > 0)
    return -std::numeric_limits<double>::infinity();
  return exercised<double>(option, model.spot1, model.spot2);
}

/// What is best exercised now is the payoff itself, and moves with the spots alone.
PricedTwoAssets as_exercised(const Rainbow& option, const TwoAssets<double>& model) {
  using Number = Dual<double>;
  const auto slope = [&](double by1, double by2) {
    return exercised<Number>(option, Number{model.spot1, by1}, Number{model.spot2, by2}).tangent;
  };
  PricedTwoAssets found{exercised_now(option, model), {}};
  found.greeks.delta1 = slope(1.0, 0.0);
  found.greeks.delta2 = slope(0.0, 1.0);
  return found;
}

/// What one lattice, or two, show.
PricedTwoAssets read_from(const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings) {
  const std::size_t steps = steps_of(option, settings);
  PricedTwoAssets found = measures_on(option, model, steps);
  if (found.price <= exercised_now(option, model)) return as_exercised(option, model);
  if (settings.extrapolation == Extrapolation::richardson) {
    const PricedTwoAssets coarse = measures_on(option, model, steps / 2);
    const auto settle = [](const auto& rough, auto& settled, const auto&... f) {
      ((settled.*f.member = extrapolate(rough.*f.member, settled.*f.member, 2.0, 1)), ...);
    };
    found.price = extrapolate(coarse.price, found.price, 2.0, 1);
    std::apply([&](const auto&... f) { settle(coarse.greeks, found.greeks, f...); }, Fields<TwoAssetGreeks>::list);
    found.price = std::max({found.price, exercised_now(option, model), 0.0});
  }
  found.greeks.theta = theta_of(model, found);
  return found;
}

/// The nodes of the first walk pass the strike of the better or the worse asset as volatility and rate change: the
/// price feels little of it, its tangents much. The European option on the same lattice has the same error, and is
/// known without: by its deltas and gammas.
void take_off_strike_error(const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings,
                           PricedTwoAssets& found) {
  Rainbow european = option;
  european.exercise = Exercise::european;
  const PricedTwoAssets seen = option == european ? found : read_from(european, model, settings);
  PricedAssets known = by_asset(seen);
  complete_for_one_expiry(by_asset(model), option.expiry, known);
  found.greeks.vega1 += known.greeks.vega[0] - seen.greeks.vega1;
  found.greeks.vega2 += known.greeks.vega[1] - seen.greeks.vega2;
  found.greeks.correlation += known.greeks.correlation[1] - seen.greeks.correlation;
  found.greeks.rho += known.greeks.total.rho - seen.greeks.rho;
  found.greeks.dividend1 += known.greeks.dividend[0] - seen.greeks.dividend1;
  found.greeks.dividend2 += known.greeks.dividend[1] - seen.greeks.dividend2;
}

}  // namespace

Result<double> rainbow_price(const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings) {
  if (auto flaw = flaw_of(option, model, settings)) return *flaw;
  const std::size_t steps = steps_of(option, settings);
  const double fine = price_on(option, model, steps);
  const double exercised = exercised_now(option, model);
  if (settings.extrapolation == Extrapolation::none || fine <= exercised) return fine;
  return std::max({extrapolate(price_on(option, model, steps / 2), fine, 2.0, 1), exercised, 0.0});
}

Result<PricedTwoAssets> on_lattice(const Rainbow& option, const TwoAssets<double>& model,
                                   const RainbowLattice& settings) {
  if (auto flaw = flaw_of(option, model, settings)) return *flaw;
  PricedTwoAssets found = read_from(option, model, settings);
  if (has_strike_of_one(option) && found.price > exercised_now(option, model))
    take_off_strike_error(option, model, settings, found);
  return found;
}

}  // namespace plimsoll
