#include "plimsoll/method/monte_carlo/terminal_assets.hpp"

#include "plimsoll/base/parallel.hpp"
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
  const std::vector<Block> blocks = split(method);
  std::vector<Moments> parts(blocks.size());
  parallel_blocks(blocks.size(), 1, static_cast<int>(method.threads),
                  [&](std::size_t i, std::size_t) { parts[i] = run_block(payoff, model, years, law, blocks[i]); });
  std::vector<double> means;
  std::vector<double> errors;
  for (std::size_t k = 0; k < parts.front().size(); ++k) {
    CoMoments total;
    for (const Moments& part : parts) total.merge(part[k]);
    const Estimate found = plain_estimate(total);
    means.push_back(found.mean);
    errors.push_back(found.standard_error);
  }
  return SimulatedAssets{read(means, model.spots.size()), read(errors, model.spots.size())};
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

}  // namespace plimsoll
