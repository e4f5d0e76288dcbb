#include "plimsoll/method/monte_carlo/longstaff_schwartz.hpp"

#include "../underlyings_match.hpp"
#include "exercise_policy.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace plimsoll {

namespace {

using Model = CorrelatedBlackScholes<double>;

constexpr std::size_t paths_per_unit = 512;
constexpr std::size_t outer_per_unit = 8;
constexpr std::uint64_t valuing_streams = std::uint64_t{1} << 40U;
constexpr std::uint64_t outer_streams = std::uint64_t{2} << 40U;
constexpr std::uint64_t inner_streams = std::uint64_t{3} << 40U;
constexpr std::int64_t most_paths = 1'073'741'824;
constexpr double most_spots = 0x1p28;  // of the paths that are fitted on, held at once

ExerciseDates dates_after_today(const BermudanBasket& product, double rate) {
  ExerciseDates when;
  for (const double date : product.exercise_dates)
    if (date > 0.0) {
      when.dates.push_back(date);
      when.discounts.push_back(std::exp(-rate * date));
    }
  return when;
}

/// All that the stages share.
class Stages {
 public:
  Stages(const BasketOption& option, const Model& model, const ExerciseDates& when, const LongstaffSchwartz& method)
      : option_(option), model_(model), when_(when), method_(method), steps_(model, when.dates) {
    double now = 0.0;
    for (std::size_t d = 0; d < dates(); now = when.dates[d++]) {
      one_step_.emplace_back(model, std::vector<double>{when.dates[d] - now});
      for (std::size_t i = 0; i < assets(); ++i)
        shares_.push_back(option.weights[i] * when.discounts[d] * std::exp(model.dividend_yields[i] * when.dates[d]));
    }
    for (std::size_t i = 0; i < assets(); ++i) spot_value_ += option.weights[i] * model.spots[i];
  }

  [[nodiscard]] std::size_t assets() const noexcept { return model_.spots.size(); }
  [[nodiscard]] std::size_t dates() const noexcept { return when_.dates.size(); }
  [[nodiscard]] double spot_value() const noexcept { return spot_value_; }

  [[nodiscard]] double paid(std::size_t date, std::span<const double> spots) const {
    return when_.discounts[date] * payoff<double>(option_, spots);
  }

  /// The underlyings by weight with their yields reinvested, discounted: a martingale.
  [[nodiscard]] double shares(std::size_t date, std::span<const double> spots) const noexcept {
    double value = 0.0;
    for (std::size_t i = 0; i < spots.size(); ++i) value += shares_[date * assets() + i] * spots[i];
    return value;
  }

  [[nodiscard]] ExercisePolicy fit() const {
    const std::size_t size = assets() * dates();
    const auto paths = static_cast<std::size_t>(method_.fitting_paths);
    std::vector<double> spots(paths * size);
    parallel_blocks(paths, paths_per_unit, method_.threads, [&](std::size_t begin, std::size_t end) {
      RandomStream stream(method_.seed, begin / paths_per_unit);
      std::vector<double> normals(size);
      for (std::size_t i = begin; i < end; ++i) {
        stream.fill_normal(normals);
        steps_.fill(normals, std::span<double>(spots).subspan(i * size, size));
      }
    });
    return ExercisePolicy::fit(option_, when_, spots, method_.threads);
  }

  /// Value of the policy and of the control along paths of their own.
  [[nodiscard]] CoMoments value(const ExercisePolicy& policy) const {
    const auto paths = static_cast<std::size_t>(method_.paths);
    std::vector<CoMoments> parts((paths + paths_per_unit - 1) / paths_per_unit);
    parallel_blocks(paths, paths_per_unit, method_.threads, [&](std::size_t begin, std::size_t end) {
      CoMoments& part = parts[begin / paths_per_unit];
      RandomStream stream(method_.seed, valuing_streams + begin / paths_per_unit);
      std::vector<double> normals(assets() * dates());
      std::vector<double> path(normals.size());
      for (std::size_t i = begin; i < end; ++i) {
        stream.fill_normal(normals);
        steps_.fill(normals, path);
        std::size_t date = 0;
        while (date + 1 < dates() && !policy.exercises(date, on(path, date), paid(date, on(path, date)))) ++date;
        part.add(paid(date, on(path, date)), shares(date, on(path, date)));
      }
    });
    CoMoments total;
    for (const CoMoments& part : parts) total.merge(part);
    return total;
  }

  /// The mean over outer paths of the largest difference of payoff and martingale.
  [[nodiscard]] Estimate upper(const ExercisePolicy& policy, double lower, double coefficient, double today) const {
    const auto paths = static_cast<std::size_t>(method_.outer_paths);
    std::vector<CoMoments> parts((paths + outer_per_unit - 1) / outer_per_unit);
    parallel_blocks(paths, outer_per_unit, method_.threads, [&](std::size_t begin, std::size_t end) {
      CoMoments& part = parts[begin / outer_per_unit];
      RandomStream stream(method_.seed, outer_streams + begin / outer_per_unit);
      RandomStream inner(method_.seed, inner_streams + begin / outer_per_unit);
      std::vector<double> normals(assets() * dates());
      std::vector<double> path(normals.size());
      for (std::size_t i = begin; i < end; ++i) {
        stream.fill_normal(normals);
        steps_.fill(normals, path);
        part.add(largest_difference(policy, path, lower, coefficient, today, inner), 0.0);
      }
    });
    CoMoments total;
    for (const CoMoments& part : parts) total.merge(part);
    return plain_estimate(total);
  }

 private:
  [[nodiscard]] std::span<const double> on(const std::vector<double>& path, std::size_t date) const noexcept {
    return std::span<const double>(path).subspan(date * assets(), assets());
  }

  /// `lower` is the value of going on today, `today` what exercise pays now.
  [[nodiscard]] double largest_difference(const ExercisePolicy& policy, const std::vector<double>& path, double lower,
                                          double coefficient, double today, RandomStream& inner) const {
    double martingale = 0.0;
    double going_on = lower;
    double largest = today;
    for (std::size_t date = 0; date < dates(); ++date) {
      const auto spots = on(path, date);
      const double now = paid(date, spots);
      const bool last = date + 1 == dates();
      const double next = last ? now : continuation(policy, date, spots, coefficient, inner);
      martingale += (last || policy.exercises(date, spots, now) ? now : next) - going_on;
      going_on = next;
      largest = std::max(largest, now - martingale);
    }
    return largest;
  }

  /// The value of going on by the policy from one state, from antithetic inner paths; the control has the coefficient
  /// of the lower bound, so the mean stays unbiased, which the bound rests on.
  [[nodiscard]] double continuation(const ExercisePolicy& policy, std::size_t date, std::span<const double> spots,
                                    double coefficient, RandomStream& inner) const {
    const double known = shares(date, spots);
    const std::int64_t pairs = std::max<std::int64_t>(method_.inner_paths / 2, 1);
    std::vector<double> normals(assets());
    std::vector<double> moved(assets());
    std::vector<double> state(assets());
    std::vector<double> draws((dates() - date - 1) * assets());
    double sum = 0.0;
    for (std::int64_t i = 0; i < pairs; ++i) {
      inner.fill_normal(draws);
      for (const double side : {1.0, -1.0}) {
        std::ranges::copy(spots, state.begin());
        std::size_t at = date;
        do {
          for (std::size_t k = 0; k < assets(); ++k) normals[k] = side * draws[(at - date) * assets() + k];
          ++at;
          one_step_[at].fill(normals, moved);  // from the spots of the model
          for (std::size_t k = 0; k < assets(); ++k) state[k] *= moved[k] / model_.spots[k];
        } while (at + 1 < dates() && !policy.exercises(at, state, paid(at, state)));
        sum += paid(at, state) - coefficient * (shares(at, state) - known);
      }
    }
    return sum / (2.0 * static_cast<double>(pairs));
  }

  const BasketOption& option_;
  const Model& model_;
  const ExerciseDates& when_;
  const LongstaffSchwartz& method_;
  CorrelatedSteps<double> steps_;
  std::vector<CorrelatedSteps<double>> one_step_;
  std::vector<double> shares_;  // by date and asset, discounted
  double spot_value_ = 0.0;
};

std::optional<Error> flaw_of_size(const BermudanBasket& product, const LongstaffSchwartz& method) {
  const double spots = static_cast<double>(method.fitting_paths) *
                       static_cast<double>(product.exercise_dates.size() * product.option.weights.size());
  if (spots <= most_spots) return std::nullopt;
  return Error{ErrorCode::invalid_value, "fitting_paths", std::to_string(method.fitting_paths),
               "paths times dates times underlyings up to 2^28", "fit the policy on fewer paths"};
}

}  // namespace

std::optional<Error> find_flaw(const LongstaffSchwartz& method) {
  const auto refuse = [](const char* field, std::int64_t value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, std::to_string(value), allowed, "ask for a number in this range"};
  };
  if (method.fitting_paths < 256 || method.fitting_paths > most_paths)
    return refuse("fitting_paths", method.fitting_paths, "256 to 2^30");
  if (method.paths < 256 || method.paths > most_paths) return refuse("paths", method.paths, "256 to 2^30");
  if (method.outer_paths < 0 || method.outer_paths == 1 || method.outer_paths > most_paths)
    return refuse("outer_paths", method.outer_paths, "0, or 2 to 2^30");
  if (method.inner_paths < 2 || method.inner_paths > most_paths)
    return refuse("inner_paths", method.inner_paths, "2 to 2^30");
  if (method.threads < 1 || method.threads > 1024) return refuse("threads", method.threads, "1 to 1024");
  return std::nullopt;
}

Result<BermudanBounds> bermudan_bounds(const BermudanBasket& product, const Model& model,
                                       const LongstaffSchwartz& method) {
  if (auto flaw = find_flaw(method)) return *flaw;
  if (auto flaw = flaw_of_match(product.option, model)) return *flaw;
  if (auto flaw = find_flaw(product)) return *flaw;
  if (auto flaw = flaw_of_size(product, method)) return *flaw;
  for (const double spot : model.spots)
    if (!(spot > 0.0))
      return Error{ErrorCode::unsupported, "spots", text_of(spot), "spots above zero", "leave out what is worthless"};
  const bool today = product.exercise_dates.front() == 0.0;
  const double now = today ? payoff<double>(product.option, model.spots) : 0.0;
  const ExerciseDates when = dates_after_today(product, model.rate);
  if (when.dates.empty()) return BermudanBounds{now, 0.0, now, 0.0, 1.0};
  const Stages stages(product.option, model, when, method);
  const ExercisePolicy policy = stages.fit();
  const CoMoments moments = stages.value(policy);
  const Estimate going_on = controlled_estimate(moments, stages.spot_value());
  const double plain = plain_estimate(moments).standard_error;
  BermudanBounds bounds{going_on.mean, going_on.standard_error, std::numeric_limits<double>::infinity(), 0.0, 1.0};
  if (going_on.standard_error > 0.0) bounds.variance_gain = std::pow(plain / going_on.standard_error, 2);
  if (method.outer_paths > 0) {
    const double coefficient = moments.yy > 0.0 ? moments.xy / moments.yy : 0.0;
    const Estimate over =
        stages.upper(policy, going_on.mean, coefficient, today ? now : -std::numeric_limits<double>::infinity());
    bounds.upper = over.mean;
    bounds.upper_error = std::hypot(over.standard_error, going_on.standard_error);
  }
  if (now > bounds.lower) {
    bounds.lower = now;
    bounds.lower_error = 0.0;
  }
  return bounds;
}

}  // namespace plimsoll
