#include "plimsoll/method/monte_carlo/terminal_assets.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/closed_form/two_assets.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace plimsoll {

namespace {

using Model = CorrelatedBlackScholes<double>;

/// What one path pays, and its derivative by the logarithm of each spot: none where `jumps` says so.
struct PaidOnPath {
  double amount = 0.0;
  std::vector<double> slopes;
};

/// Pays by the sum, the largest or the smallest of the weighted spots: continuous in each.
struct AggregatePayoff {
  const BasketOption& option;

  [[nodiscard]] std::size_t assets() const noexcept { return option.weights.size(); }
  [[nodiscard]] static bool jumps(std::size_t /*asset*/) noexcept { return false; }

  void pay(std::span<const double> spots, PaidOnPath& paid) const {
    const double held = aggregate<double>(option, spots);
    const double side = sign(option.type);
    paid.amount = std::max(side * (held - option.strike), 0.0);
    for (std::size_t i = 0; i < spots.size(); ++i) {
      const double own = option.weights[i] * spots[i];
      const bool counts = paid.amount > 0.0 && (option.of == Aggregate::sum || own == held);
      paid.slopes[i] = counts ? side * own : 0.0;
    }
  }
};

/// Pays by the second spot where the first is beyond its strike: a jump in the first.
struct TriggeredPayoff {
  const CorrelationOption& option;

  [[nodiscard]] static std::size_t assets() noexcept { return 2; }
  [[nodiscard]] static bool jumps(std::size_t asset) noexcept { return asset == 0; }

  void pay(std::span<const double> spots, PaidOnPath& paid) const {
    const double side = sign(option.type);
    const bool triggered = side * (spots[0] - option.first_strike) > 0.0;
    paid.amount = triggered ? std::max(side * (spots[1] - option.second_strike), 0.0) : 0.0;
    paid.slopes[1] = paid.amount > 0.0 ? side * spots[1] : 0.0;
  }
};

/// The law of the logarithms at expiry.
struct TerminalLaw {
  TerminalLaw(const Model& m, double years, const Cholesky& factor)
      : lower(factor.lower()), inverse(factor.inverse()), discount(std::exp(-m.rate * years)) {
    for (std::size_t i = 0; i < m.spots.size(); ++i) {
      const double volatility = m.volatilities[i];
      deviations.push_back(volatility * std::sqrt(years));
      forwards.push_back(m.spots[i] *
                         std::exp((m.rate - m.dividend_yields[i] - 0.5 * volatility * volatility) * years));
    }
  }

  /// The spots of a draw, and the scores: derivatives of the log density by the mean of each logarithm.
  void draw(std::span<const double> normals, std::span<double> spots, std::span<double> scores) const {
    const std::size_t n = spots.size();
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t k = 0; k <= i; ++k) sum += lower(i, k) * normals[k];
      spots[i] = forwards[i] * std::exp(deviations[i] * sum);
    }
    for (std::size_t i = n; i-- > 0;) {
      double left = normals[i];
      for (std::size_t k = i + 1; k < n; ++k) left -= lower(k, i) * scores[k];
      scores[i] = left / lower(i, i);
    }
    for (std::size_t i = 0; i < n; ++i) scores[i] /= deviations[i];
  }

  /// What is taken off the product of two scores, so that its mean is zero.
  [[nodiscard]] double precision(std::size_t i, std::size_t j) const {
    return inverse(i, j) / (deviations[i] * deviations[j]);
  }

  Matrix lower;
  Matrix inverse;
  double discount;
  std::vector<double> deviations;
  std::vector<double> forwards;
};

/// Writes every number of a result in one list, in an order of its own.
void write(const PricedAssets& from, std::vector<double>& list) {
  const Greeks& total = from.greeks.total;
  list = {from.price, total.delta, total.gamma, total.vega, total.theta, total.rho};
  for (const auto* const part :
       {&from.greeks.delta, &from.greeks.vega, &from.greeks.dividend, &from.greeks.gamma, &from.greeks.correlation})
    list.insert(list.end(), part->begin(), part->end());
}

PricedAssets read(const std::vector<double>& list, std::size_t n) {
  PricedAssets to{list[0], {{list[1], list[2], list[3], list[4], list[5]}, {}, {}, {}, {}, {}}};
  auto next = list.begin() + 6;
  const auto take = [&](std::vector<double>& part, std::size_t count) {
    const auto end = next + static_cast<std::ptrdiff_t>(count);
    part.assign(next, end);
    next = end;
  };
  take(to.greeks.delta, n);
  take(to.greeks.vega, n);
  take(to.greeks.dividend, n);
  take(to.greeks.gamma, n * n);
  take(to.greeks.correlation, n * n);
  return to;
}

/// The price of one path, and what it says of deltas and gammas. By the logarithm of a spot the first derivative is the
/// path's slope, or the likelihood ratio where the payoff jumps; the second is the first times a score.
template <class Payoff>
void estimate(const TerminalLaw& law, const PaidOnPath& paid, std::span<const double> spots,
              std::span<const double> scores, PricedAssets& sample) {
  const std::size_t n = scores.size();
  const auto slope = [&](std::size_t i) { return Payoff::jumps(i) ? paid.amount * scores[i] : paid.slopes[i]; };
  sample.price = law.discount * paid.amount;
  for (std::size_t i = 0; i < n; ++i) {
    sample.greeks.delta[i] = law.discount * slope(i) / spots[i];
    for (std::size_t j = 0; j <= i; ++j) {
      double second = 0.5 * (paid.slopes[i] * scores[j] + paid.slopes[j] * scores[i]);
      if (Payoff::jumps(i) && Payoff::jumps(j))
        second = paid.amount * (scores[i] * scores[j] - law.precision(i, j));
      else if (Payoff::jumps(i) || Payoff::jumps(j))
        second = Payoff::jumps(i) ? paid.slopes[j] * scores[i] : paid.slopes[i] * scores[j];
      if (i == j) second -= slope(i);
      sample.greeks.gamma[i * n + j] = sample.greeks.gamma[j * n + i] = law.discount * second / (spots[i] * spots[j]);
    }
  }
}

std::optional<Error> flaw_of_chance(const Model& m, double years) {
  double least = years;
  for (std::size_t i = 0; i < m.spots.size(); ++i) least = std::min({least, m.spots[i], m.volatilities[i]});
  if (least > 0.0) return std::nullopt;
  return Error{ErrorCode::unsupported, "model", text_of(least), "spots, volatilities and time above zero",
               "value this limit by its formula"};
}

using Moments = std::vector<CoMoments>;

template <class Payoff>
Moments run_block(const Payoff& payoff, const Model& model, double years, const TerminalLaw& law, const Block& block) {
  const std::size_t n = model.spots.size();
  RandomStream stream(block.seed, block.number);
  std::vector<double> normals(n), spots(n), scores(n), list;
  PaidOnPath paid{0.0, std::vector<double>(n)};
  const std::vector<double> square(n * n, 0.0);
  PricedAssets sample{0.0,
                      {{}, std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), square, square}};
  Moments moments(6 + n * (2 * n + 3));
  for (std::size_t path = 0; path < block.paths; ++path) {
    stream.fill_normal(normals);
    law.draw(normals, spots, scores);
    payoff.pay(spots, paid);
    estimate<Payoff>(law, paid, model.spots, scores, sample);
    complete_for_one_expiry(model, years, sample);
    write(sample, list);
    for (std::size_t k = 0; k < list.size(); ++k) moments[k].add(list[k], 0.0);
  }
  return moments;
}

/// Means and standard errors of the moments of all blocks.
SimulatedAssets estimates_of(const std::vector<Moments>& parts, std::size_t assets) {
  std::vector<double> means;
  std::vector<double> errors;
  for (std::size_t k = 0; k < parts.front().size(); ++k) {
    CoMoments total;
    for (const Moments& part : parts) total.merge(part[k]);
    const Estimate found = plain_estimate(total);
    means.push_back(found.mean);
    errors.push_back(found.standard_error);
  }
  return {read(means, assets), read(errors, assets)};
}

/// What the first asset pays in the mean where the second ends at the quantile `uniform` of what is on its side of the
/// barrier, times the chance of that side and of no touch on the way there.
template <Real R>
R alive_on_draw(const TwoAssetBarrier& option, const TwoAssets<R>& m, const R& years, double uniform) {
  const bool is_down = option.direction == BarrierSide::down;
  const TwoNormals<R> spots = spots_of<R>(m, years);
  const R deviation = sqrt(spots.variance2);
  const R root = sqrt(years);
  const double level = std::log(option.barrier);
  const double outward = is_down ? -1.0 : 1.0;
  const R chance = normal_cdf(outward * (level - spots.mean2) / deviation);
  const R z = outward * normal_quantile(R(uniform * chance));
  const R away = spots.mean2 + deviation * z - level;
  const R no_touch = -expm1(R(-2.0 * (log(m.spot2) - level) * away / spots.variance2));
  const R shared = m.correlation * m.volatility1 * root;
  const R asset = m.spot1 * exp(-m.dividend_yield1 * years - 0.5 * shared * shared + shared * z);
  const R own = m.volatility1 * sqrt((1.0 - m.correlation) * (1.0 + m.correlation)) * root;
  return chance * no_touch *
         black_price<R>(Passive<R>{sign(option.type)}, asset, R(option.strike * exp(-m.rate * years)), own);
}

/// The price on a draw: what is alive, or, knocked in, what it lacks of the option without a barrier.
template <Real R>
R price_on_draw(const TwoAssetBarrier& option, const TwoAssets<R>& m, const R& years, double uniform) {
  const R alive = alive_on_draw<R>(option, m, years, uniform);
  if (option.knock == Knock::knock_out) return alive;
  return black_price<R>(Passive<R>{sign(option.type)}, R(m.spot1 * exp(-m.dividend_yield1 * years)),
                        R(option.strike * exp(-m.rate * years)), R(m.volatility1 * sqrt(years))) -
         alive;
}

Moments barrier_block(const TwoAssetBarrier& option, const TwoAssets<double>& model, const Block& block) {
  constexpr std::size_t assets = 2;
  RandomStream stream(block.seed, block.number);
  std::vector<double> uniforms(block.paths);
  stream.fill_uniform(uniforms);
  std::vector<double> list;
  Moments moments(6 + assets * (2 * assets + 3));
  for (const double uniform : uniforms) {
    const PricedTwoAssets drawn = two_asset_greeks(
        model, option.expiry,
        [&]<class R>(const TwoAssets<R>& m, const R& years) { return price_on_draw<R>(option, m, years, uniform); });
    write(by_asset(drawn), list);
    for (std::size_t k = 0; k < list.size(); ++k) moments[k].add(list[k], 0.0);
  }
  return moments;
}

/// The moments of all blocks, on as many threads as the method says.
template <class RunBlock>
std::vector<Moments> moments_of(const MonteCarlo& method, const RunBlock& run) {
  const std::vector<Block> blocks = split(method);
  std::vector<Moments> parts(blocks.size());
  parallel_blocks(blocks.size(), 1, static_cast<int>(method.threads),
                  [&](std::size_t i, std::size_t) { parts[i] = run(blocks[i]); });
  return parts;
}

template <class Payoff>
Result<SimulatedAssets> simulated(const Payoff& payoff, const Model& model, double years, const MonteCarlo& method) {
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(Method{method})) return *flaw;
  if (model.spots.size() != payoff.assets())
    return Error{ErrorCode::invalid_value, "spots", std::to_string(model.spots.size()) + " underlyings",
                 std::to_string(payoff.assets()) + " as in the product", "give product and model the same underlyings"};
  if (auto flaw = flaw_of_chance(model, years)) return *flaw;
  const auto factor = Cholesky::of(correlation_matrix(model));
  if (!factor)
    return Error{ErrorCode::unsupported, "correlation", factor.error().value, "a positive definite matrix",
                 "value an option whose assets determine each other by its formula"};
  const TerminalLaw law(model, years, *factor);
  const auto run = [&](const Block& block) { return run_block(payoff, model, years, law, block); };
  return estimates_of(moments_of(method, run), model.spots.size());
}

}  // namespace

Result<SimulatedAssets> monte_carlo_assets(const BasketOption& option, const Model& model, const MonteCarlo& method) {
  if (auto flaw = find_flaw(option)) return *flaw;
  return simulated(AggregatePayoff{option}, model, option.expiry, method);
}

Result<SimulatedAssets> monte_carlo_assets(const CorrelationOption& option, const Model& model,
                                           const MonteCarlo& method) {
  if (auto flaw = find_flaw(option)) return *flaw;
  return simulated(TriggeredPayoff{option}, model, option.expiry, method);
}

Result<SimulatedAssets> monte_carlo_assets(const TwoAssetBarrier& option, const TwoAssets<double>& model,
                                           const MonteCarlo& method) {
  if (auto flaw = find_flaw(Method{method})) return *flaw;
  const auto exact = closed_form(option, model);
  if (!exact) return exact.error();
  const bool is_alive =
      option.direction == BarrierSide::down ? model.spot2 > option.barrier : model.spot2 < option.barrier;
  const double least = std::min({model.spot1, model.spot2, model.volatility1, model.volatility2, option.expiry});
  if (!is_alive || !(least > 0.0)) {
    const std::vector<double> none(2, 0.0);
    const std::vector<double> no_pair(4, 0.0);
    return SimulatedAssets{by_asset(*exact), {0.0, {{}, none, none, none, no_pair, no_pair}}};
  }
  if (!(std::abs(model.correlation) < 1.0))
    return Error{ErrorCode::unsupported, "correlation", text_of(model.correlation), "above -1 and below 1",
                 "value an option whose assets determine each other by its formula"};
  return estimates_of(moments_of(method, [&](const Block& block) { return barrier_block(option, model, block); }), 2);
}

}  // namespace plimsoll
