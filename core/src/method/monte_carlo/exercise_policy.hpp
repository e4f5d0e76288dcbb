#pragma once

#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/product/basket_option.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

// When a Bermudan option is exercised, by regression; inside the Longstaff-Schwartz method.
namespace plimsoll {

/// What the value of going on is a polynomial of: at most five coordinates of a state.
class ExerciseFeatures {
 public:
  static constexpr std::size_t most = 5;

  explicit ExerciseFeatures(const BasketOption& option);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t basis_size() const noexcept;

  /// Writes the coordinates of the spots of one date.
  void fill(std::span<const double> spots, std::span<double> features) const;

  /// Writes all monomials up to the second degree, and up to the third of the first three, of scaled coordinates.
  void fill_basis(std::span<const double> scaled, std::span<double> basis) const noexcept;

 private:
  const BasketOption& option_;
  std::size_t size_;
};

/// The fitted value of going on from one date: coordinates less a centre over a width, then a polynomial.
struct ContinuationFit {
  std::array<double, ExerciseFeatures::most> centre{};
  std::array<double, ExerciseFeatures::most> width{};
  std::vector<double> coefficients;  // none where too few paths were in the money: going on is then better
};

/// The states of the underlyings on the exercise dates after today, date after date.
struct ExerciseDates {
  std::vector<double> dates;
  std::vector<double> discounts;
};

/// A rule that exercises where the payoff is positive and not below the fitted value of going on.
class ExercisePolicy {
 public:
  /// `spots` are the paths, one after the other, each date after date. All values are discounted to today.
  static ExercisePolicy fit(const BasketOption& option, const ExerciseDates& when, std::span<const double> spots,
                            std::int64_t threads);

  /// Whether to exercise on a date, before the last one, for this much today.
  [[nodiscard]] bool exercises(std::size_t date, std::span<const double> spots, double paid) const;

 private:
  ExercisePolicy(const BasketOption& option, std::size_t dates) : features_(option), fits_(dates) {}

  [[nodiscard]] double going_on(std::size_t date, std::span<const double> spots) const;
  void fit_date(std::size_t date, std::span<const double> features, std::span<const double> values);

  ExerciseFeatures features_;
  std::vector<ContinuationFit> fits_;
};

}  // namespace plimsoll
