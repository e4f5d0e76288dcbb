#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/market/status.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// The correlation of the log returns of two underlyings; which of them comes first does not matter.
struct Correlation {
  std::string first;
  std::string second;
  double value = 0.0;
  Status status = Status::observed;

  friend bool operator==(const Correlation&, const Correlation&) = default;
};

template <>
struct Fields<Correlation> {
  static constexpr std::string_view name = "Correlation";
  static constexpr auto list =
      std::make_tuple(field("first", &Correlation::first), field("second", &Correlation::second),
                      field("value", &Correlation::value), field("status", &Correlation::status));
};

/// Correlations of pairs of underlyings, in order of name; a pair that is not there is not known.
class Correlations {
 public:
  Correlations() = default;

  /// Refuses a name that is missing, an underlying with itself, a value that is not from -1 to 1, a pair twice, and
  /// numbers that no returns can have: underlyings that are tied to each other by pairs, each with each, must have a
  /// matrix without an eigenvalue below zero. Limits: where a pair among such underlyings is missing, `matrix` judges
  /// those that are asked for together.
  static Result<Correlations> make(std::vector<Correlation> pairs);

  /// The pair, or nothing where it is not known.
  [[nodiscard]] std::optional<Correlation> find(std::string_view one, std::string_view other) const;

  /// The correlation matrix of the underlyings in the order given. Refuses a pair that is not known (missing_quote,
  /// naming both) and a matrix with an eigenvalue below zero.
  [[nodiscard]] Result<Matrix> matrix(std::span<const std::string> names) const;

  /// In order of the first name and then of the second, the first before the second.
  [[nodiscard]] const std::vector<Correlation>& pairs() const noexcept { return pairs_; }

  friend bool operator==(const Correlations&, const Correlations&) = default;

 private:
  explicit Correlations(std::vector<Correlation> pairs) : pairs_(std::move(pairs)) {}
  std::vector<Correlation> pairs_;
};

/// How far the matrix of some underlyings was moved to become a correlation matrix.
struct CorrelationRepair {
  std::vector<std::string> underlyings;
  double distance = 0.0;             // root of the sum of the squared changes of all entries
  double largest_change = 0.0;       // of one entry
  double smallest_eigenvalue = 0.0;  // of the matrix given

  friend bool operator==(const CorrelationRepair&, const CorrelationRepair&) = default;
};

template <>
struct Fields<CorrelationRepair> {
  static constexpr std::string_view name = "CorrelationRepair";
  static constexpr auto list = std::make_tuple(field("underlyings", &CorrelationRepair::underlyings),
                                               field("distance", &CorrelationRepair::distance),
                                               field("largest_change", &CorrelationRepair::largest_change),
                                               field("smallest_eigenvalue", &CorrelationRepair::smallest_eigenvalue));
};

/// Pairs after a repair, with a report for each set of underlyings whose matrix was moved.
struct RepairedCorrelations {
  std::vector<Correlation> pairs;
  std::vector<CorrelationRepair> repairs;

  friend bool operator==(const RepairedCorrelations&, const RepairedCorrelations&) = default;
};

template <>
struct Fields<RepairedCorrelations> {
  static constexpr std::string_view name = "RepairedCorrelations";
  static constexpr auto list =
      std::make_tuple(field("pairs", &RepairedCorrelations::pairs), field("repairs", &RepairedCorrelations::repairs));
};

/// The pairs with each set of underlyings that `make` would refuse for an eigenvalue below zero moved to the nearest
/// correlation matrix. What is moved is nobody's observation any more: its status is assumed.
/// Source: Higham (2002), by `nearest_correlation`. Limits: refuses whatever else `make` refuses.
Result<RepairedCorrelations> nearest_correlations(std::vector<Correlation> pairs);

}  // namespace plimsoll
