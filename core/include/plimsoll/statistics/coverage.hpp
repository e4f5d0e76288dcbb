#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

namespace plimsoll {

/// Which way the exceptions differ from what the level allows: a two-sided test rejects both.
enum class Direction { fewer, as_expected, more };

/// A likelihood-ratio statistic with its chi-square tail.
struct LikelihoodRatio {
  double statistic = 0.0;
  double p_value = 1.0;
  double degrees_of_freedom = 1.0;

  friend bool operator==(const LikelihoodRatio&, const LikelihoodRatio&) = default;
};

template <>
struct Fields<LikelihoodRatio> {
  static constexpr std::string_view name = "LikelihoodRatio";
  static constexpr auto list =
      std::make_tuple(field("statistic", &LikelihoodRatio::statistic), field("p_value", &LikelihoodRatio::p_value),
                      field("degrees_of_freedom", &LikelihoodRatio::degrees_of_freedom));
};

/// The share of exceptions held against its level.
struct Coverage {
  double statistic = 0.0;
  double p_value = 1.0;
  std::int64_t exceptions = 0;
  std::int64_t observations = 0;
  double expected = 0.0;
  Direction direction = Direction::as_expected;

  friend bool operator==(const Coverage&, const Coverage&) = default;
};

template <>
struct Fields<Coverage> {
  static constexpr std::string_view name = "Coverage";
  static constexpr auto list =
      std::make_tuple(field("statistic", &Coverage::statistic), field("p_value", &Coverage::p_value),
                      field("exceptions", &Coverage::exceptions), field("observations", &Coverage::observations),
                      field("expected", &Coverage::expected), field("direction", &Coverage::direction));
};

/// Counts of neighbouring days: the first digit is the earlier day, 1 stands for an exception.
struct HitTransitions {
  std::int64_t n00 = 0;
  std::int64_t n01 = 0;
  std::int64_t n10 = 0;
  std::int64_t n11 = 0;

  friend bool operator==(const HitTransitions&, const HitTransitions&) = default;
};

template <>
struct Fields<HitTransitions> {
  static constexpr std::string_view name = "HitTransitions";
  static constexpr auto list = std::make_tuple(field("n00", &HitTransitions::n00), field("n01", &HitTransitions::n01),
                                               field("n10", &HitTransitions::n10), field("n11", &HitTransitions::n11));
};

/// Exception counts that a coverage test does not reject lie strictly between the two; -1 where zero is not rejected.
struct NonRejection {
  std::int64_t lower_exclusive = -1;
  std::int64_t upper_exclusive = 0;

  friend bool operator==(const NonRejection&, const NonRejection&) = default;
};

template <>
struct Fields<NonRejection> {
  static constexpr std::string_view name = "NonRejection";
  static constexpr auto list = std::make_tuple(field("lower_exclusive", &NonRejection::lower_exclusive),
                                               field("upper_exclusive", &NonRejection::upper_exclusive));
};

/// Proportion-of-failures test: are there as many exceptions as the tail probability says? Two-sided, so that no
/// exception in 250 days at 1 % is rejected at 5 %; `direction` tells which side.
/// Source: Kupiec (1995), Techniques for verifying the accuracy of risk measurement models, eq. 3. Limits: none
/// and all exceptions use 0 log 0 = 0.
Result<Coverage> kupiec_test(std::int64_t exceptions, std::int64_t observations, double tail_probability);

/// Exception counts that the proportion-of-failures test does not reject at this test level.
/// Source: Kupiec (1995), table 3.
Result<NonRejection> kupiec_non_rejection(std::int64_t observations, double tail_probability, double test_level);

/// Time until first failure: is the day of the first exception as the tail probability says?
/// Source: Kupiec (1995), eq. 2.
Result<LikelihoodRatio> time_until_first_failure_test(std::int64_t first_failure_day, double tail_probability);

/// Time between failures, one degree of freedom for each exception; the first interval runs from day 0.
/// Source: Haas (2001), New methods in backtesting, eq. 4. Limits: at least one exception.
Result<LikelihoodRatio> time_between_failures_test(std::span<const std::uint8_t> hits, double tail_probability);

/// Coverage and time between failures together: the sum of both statistics, one more degree of freedom.
/// Source: Haas (2001), New methods in backtesting, eq. 5.
Result<LikelihoodRatio> mixed_failures_test(std::span<const std::uint8_t> hits, double tail_probability);

/// Neighbouring days of a hit sequence; every entry is 0 or 1.
Result<HitTransitions> hit_transitions(std::span<const std::uint8_t> hits);

/// Is an exception as likely after an exception as after a quiet day?
/// Source: Christoffersen (1998), Evaluating interval forecasts, eq. 10. Limits: where one of the two days never
/// came before another, the data hold no evidence and the statistic is 0.
Result<LikelihoodRatio> christoffersen_independence_test(const HitTransitions& transitions);

/// Coverage and independence together, two degrees of freedom.
/// Source: Christoffersen (1998), eq. 12, with the coverage part over all observations.
Result<LikelihoodRatio> christoffersen_conditional_coverage_test(std::int64_t exceptions, std::int64_t observations,
                                                                 double tail_probability,
                                                                 const HitTransitions& transitions);

}  // namespace plimsoll
