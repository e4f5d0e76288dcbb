#include "plimsoll/statistics/coverage.hpp"

#include "plimsoll/statistics/check.hpp"
#include "plimsoll/statistics/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace plimsoll {
namespace {

constexpr std::int64_t most_observations = 1'000'000'000;

/// count * log(probability) with 0 log 0 = 0.
double weighted_log(std::int64_t count, double probability) noexcept {
  return count == 0 ? 0.0 : static_cast<double>(count) * std::log(probability);
}

/// Log-likelihood of independent days: `ones` among `zeros + ones` at this probability.
double bernoulli_log_likelihood(std::int64_t zeros, std::int64_t ones, double probability) noexcept {
  return weighted_log(zeros, 1.0 - probability) + weighted_log(ones, probability);
}

/// Log-likelihood at its maximum, the observed share.
double best_log_likelihood(std::int64_t zeros, std::int64_t ones) noexcept {
  const std::int64_t all = zeros + ones;
  if (all == 0) return 0.0;
  return bernoulli_log_likelihood(zeros, ones, static_cast<double>(ones) / static_cast<double>(all));
}

LikelihoodRatio with_tail(double statistic, double degrees_of_freedom) noexcept {
  const double floored = std::max(0.0, statistic);  // rounding may leave -1e-16 where the hypotheses coincide
  return {floored, chi_square_tail(floored, degrees_of_freedom), degrees_of_freedom};
}

double coverage_statistic(std::int64_t exceptions, std::int64_t observations, double p) noexcept {
  const std::int64_t quiet = observations - exceptions;
  return 2.0 * (best_log_likelihood(quiet, exceptions) - bernoulli_log_likelihood(quiet, exceptions, p));
}

/// The same for one exception on the last of `days` days.
double interval_statistic(std::int64_t days, double p) noexcept {
  return 2.0 * (best_log_likelihood(days - 1, 1) - bernoulli_log_likelihood(days - 1, 1, p));
}

std::optional<Error> find_flaw(std::int64_t exceptions, std::int64_t observations, double tail_probability) {
  if (auto flaw = check::within(observations, 1, most_observations, "observations")) return flaw;
  if (auto flaw = check::within(exceptions, 0, observations, "exceptions")) return flaw;
  return check::open_probability(tail_probability, "tail_probability");
}

std::optional<Error> find_flaw(std::span<const std::uint8_t> hits) {
  for (std::size_t i = 0; i < hits.size(); ++i)
    if (auto flaw = check::within(hits[i], 0, 1, "hits")) {
      flaw->field += "[" + std::to_string(i) + "]";
      return flaw;
    }
  return std::nullopt;
}

std::optional<Error> find_flaw(const HitTransitions& t) {
  if (auto flaw = check::within(t.n00, 0, most_observations, "n00")) return flaw;
  if (auto flaw = check::within(t.n01, 0, most_observations, "n01")) return flaw;
  if (auto flaw = check::within(t.n10, 0, most_observations, "n10")) return flaw;
  return check::within(t.n11, 0, most_observations, "n11");
}

/// Sum over the intervals between exceptions, and their number.
LikelihoodRatio time_between_failures(std::span<const std::uint8_t> hits, double p) noexcept {
  double sum = 0.0;
  std::int64_t count = 0;
  std::int64_t days = 0;
  for (const std::uint8_t hit : hits) {
    ++days;
    if (hit == 0) continue;
    sum += interval_statistic(days, p);
    ++count;
    days = 0;
  }
  return with_tail(sum, static_cast<double>(count));
}

std::optional<Error> find_flaw(std::span<const std::uint8_t> hits, double tail_probability) {
  if (auto flaw = find_flaw(hits)) return flaw;
  if (auto flaw = check::open_probability(tail_probability, "tail_probability")) return flaw;
  const bool none = std::ranges::find(hits, std::uint8_t{1}) == hits.end();
  return check::refuse_unless(!none, "hits", "no exception", "at least one exception",
                              "use the proportion-of-failures test, which needs none");
}

}  // namespace

Result<Coverage> kupiec_test(std::int64_t exceptions, std::int64_t observations, double tail_probability) {
  if (auto flaw = find_flaw(exceptions, observations, tail_probability)) return *flaw;
  const LikelihoodRatio test = with_tail(coverage_statistic(exceptions, observations, tail_probability), 1.0);
  const double expected = static_cast<double>(observations) * tail_probability;
  const auto seen = static_cast<double>(exceptions);
  const Direction direction = seen < expected   ? Direction::fewer
                              : seen > expected ? Direction::more
                                                : Direction::as_expected;
  return Coverage{test.statistic, test.p_value, exceptions, observations, expected, direction};
}

Result<NonRejection> kupiec_non_rejection(std::int64_t observations, double tail_probability, double test_level) {
  if (auto flaw = find_flaw(0, observations, tail_probability)) return *flaw;
  if (auto flaw = check::open_probability(test_level, "test_level")) return *flaw;
  const auto rejected = [&](std::int64_t exceptions) {
    return with_tail(coverage_statistic(exceptions, observations, tail_probability), 1.0).p_value < test_level;
  };
  const auto centre = static_cast<std::int64_t>(static_cast<double>(observations) * tail_probability);
  // The statistic falls towards the expected count and rises after it, so walking outwards finds both ends.
  std::int64_t lower = centre;
  while (lower >= 0 && !rejected(lower)) --lower;
  std::int64_t upper = centre + 1;
  while (upper <= observations && !rejected(upper)) ++upper;
  return NonRejection{lower, upper};
}

Result<LikelihoodRatio> time_until_first_failure_test(std::int64_t first_failure_day, double tail_probability) {
  if (auto flaw = check::within(first_failure_day, 1, most_observations, "first_failure_day")) return *flaw;
  if (auto flaw = check::open_probability(tail_probability, "tail_probability")) return *flaw;
  return with_tail(interval_statistic(first_failure_day, tail_probability), 1.0);
}

Result<LikelihoodRatio> time_between_failures_test(std::span<const std::uint8_t> hits, double tail_probability) {
  if (auto flaw = find_flaw(hits, tail_probability)) return *flaw;
  return time_between_failures(hits, tail_probability);
}

Result<LikelihoodRatio> mixed_failures_test(std::span<const std::uint8_t> hits, double tail_probability) {
  if (auto flaw = find_flaw(hits, tail_probability)) return *flaw;
  const LikelihoodRatio between = time_between_failures(hits, tail_probability);
  const auto exceptions = static_cast<std::int64_t>(between.degrees_of_freedom);
  const double coverage = coverage_statistic(exceptions, static_cast<std::int64_t>(hits.size()), tail_probability);
  return with_tail(coverage + between.statistic, between.degrees_of_freedom + 1.0);
}

Result<HitTransitions> hit_transitions(std::span<const std::uint8_t> hits) {
  if (auto flaw = find_flaw(hits)) return *flaw;
  HitTransitions t;
  for (std::size_t i = 1; i < hits.size(); ++i) {
    std::int64_t& cell = hits[i - 1] == 0 ? (hits[i] == 0 ? t.n00 : t.n01) : (hits[i] == 0 ? t.n10 : t.n11);
    ++cell;
  }
  return t;
}

Result<LikelihoodRatio> christoffersen_independence_test(const HitTransitions& t) {
  if (auto flaw = find_flaw(t)) return *flaw;
  const double together = best_log_likelihood(t.n00 + t.n10, t.n01 + t.n11);
  const double apart = best_log_likelihood(t.n00, t.n01) + best_log_likelihood(t.n10, t.n11);
  return with_tail(2.0 * (apart - together), 1.0);
}

Result<LikelihoodRatio> christoffersen_conditional_coverage_test(std::int64_t exceptions, std::int64_t observations,
                                                                 double tail_probability,
                                                                 const HitTransitions& transitions) {
  if (auto flaw = find_flaw(exceptions, observations, tail_probability)) return *flaw;
  const auto independence = christoffersen_independence_test(transitions);
  if (!independence) return independence.error();
  return with_tail(coverage_statistic(exceptions, observations, tail_probability) + independence->statistic, 2.0);
}

}  // namespace plimsoll
