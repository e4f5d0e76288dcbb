#pragma once

#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll {

/// Three coefficients at each point of a grid, for its neighbours along one direction and itself.
struct LineStencil {
  std::vector<double> lower, diagonal, upper;
};

/// A linear operator on a grid of rows by columns, split by direction: along each row, along each column, and a mixed
/// term that multiplies the difference of the four diagonal neighbours, (++) - (+-) - (-+) + (--). Values and
/// coefficients are stored row after row. At the rim neighbours outside count nothing, so the coefficients there hold
/// the boundary condition, and the mixed term is not applied.
struct SplitOperator {
  std::size_t rows = 0;
  std::size_t columns = 0;
  LineStencil along_rows;     // neighbours of the same row
  LineStencil along_columns;  // neighbours of the same column
  std::vector<double> mixed;
};

/// Refuses fewer than two rows or columns and lists of another length.
std::optional<Error> find_flaw(const SplitOperator& split);

/// How the stages of a step are put together.
enum class AlternatingScheme { douglas, craig_sneyd, modified_craig_sneyd, hundsdorfer_verwer };

/// Steps of u' = A u on a grid, implicit along one direction at a time: every system is tridiagonal, eliminated once,
/// and eight lines are solved side by side.
/// Source: In 't Hout & Foulon (2010), ADI finite difference schemes for option pricing in the Heston model with
/// correlation, Int. J. Numerical Analysis and Modeling 7, 303-320, eq. 3.1 to 3.4.
/// Accuracy: second order in time, but Douglas with a mixed term of the first. The usual theta is 1/2 for Douglas and
/// Craig-Sneyd, 1/3 for the modified scheme and 1/2 + sqrt(3)/6 for Hundsdorfer-Verwer.
/// Limits: no pivoting, so each implicit system must be diagonally dominant.
class AlternatingDirections {
 public:
  struct Settings {
    AlternatingScheme scheme = AlternatingScheme::modified_craig_sneyd;
    double theta = 1.0 / 3.0;
    double step = 0.0;
  };

  /// Refuses a flawed operator, a step that is not above zero and a theta that is not above zero or exceeds one.
  static Result<AlternatingDirections> of(SplitOperator split, const Settings& settings);

  /// Moves the values on by one step, in place.
  void advance(std::span<double> values);

 private:
  /// The eliminated systems I - theta dt A of one direction.
  struct Eliminated {
    std::vector<double> lower, inverse_pivot, upper_over_pivot;
  };

  enum class Direction { rows, columns };

  AlternatingDirections(SplitOperator split, const Settings& settings);

  [[nodiscard]] std::size_t stride(Direction direction) const noexcept;
  [[nodiscard]] const LineStencil& stencil(Direction direction) const noexcept;
  [[nodiscard]] Eliminated eliminated(Direction direction) const;
  void add_line_terms(Direction direction, std::span<const double> u, double weight,
                      std::span<double> sum) const noexcept;
  void add_mixed_term(std::span<const double> u, double weight, std::span<double> sum) const noexcept;
  void add_all_terms(std::span<const double> u, double weight, std::span<double> sum) const noexcept;
  void solve(Direction direction, std::span<double> right) const noexcept;
  void correct(std::span<const double> reference, std::span<double> stage) const noexcept;

  SplitOperator split_;
  Settings settings_;
  Eliminated rows_;
  Eliminated columns_;
  std::vector<double> explicit_;  // the explicit stage
  std::vector<double> stage_;     // the corrected one
};

}  // namespace plimsoll
