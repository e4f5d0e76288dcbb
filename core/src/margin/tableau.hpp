#pragma once

#include "plimsoll/margin/integer_program.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plimsoll::margin {

/// A dictionary of the simplex method: basic variables as affine functions of the non-basic ones.
/// Row r reads basic[r] = level(r) - sum_j entry(r, j) * nonbasic[j]; the last row holds the objective.
/// Variables are numbered structural first, then one slack per row in the order in which rows were added.
class Tableau {
 public:
  explicit Tableau(const IntegerProgram& program);

  enum class Outcome { optimal, infeasible, out_of_pivots };

  /// Improves a feasible dictionary to an optimal one.
  Outcome run_primal(std::int64_t& pivots_left);

  /// Restores feasibility of a dictionary that is optimal but for negative levels.
  Outcome run_dual(std::int64_t& pivots_left);

  /// Cuts off the present fractional vertex by mixed-integer rounding of up to `most` rows; says how many were added.
  /// Source: Gomory (1960), An algorithm for the mixed integer problem, RAND RM-2597.
  std::size_t add_cuts(std::size_t most);

  /// Row operations since the dictionary was written from the program: rounding errors grow with them.
  [[nodiscard]] std::int64_t age() const { return age_; }

  /// Forgets the cuts that the present vertex does not touch.
  void drop_idle_cuts();

  /// Adds `variable <= bound` (or >=) for a structural variable.
  void add_upper_bound(std::size_t variable, double bound) { add_bound(variable, bound, -1.0); }
  void add_lower_bound(std::size_t variable, double bound) { add_bound(variable, bound, 1.0); }

  [[nodiscard]] double objective() const { return level(basic_.size()); }
  [[nodiscard]] std::vector<double> structural_values(std::size_t count) const;

 private:
  enum class Kind : unsigned char { continuous, whole, cut };

  [[nodiscard]] double& entry(std::size_t r, std::size_t j) { return cells_[r * stride_ + j]; }
  [[nodiscard]] double entry(std::size_t r, std::size_t j) const { return cells_[r * stride_ + j]; }
  [[nodiscard]] double& level(std::size_t r) { return cells_[r * stride_ + stride_ - 1]; }
  [[nodiscard]] double level(std::size_t r) const { return cells_[r * stride_ + stride_ - 1]; }
  [[nodiscard]] std::size_t entering(bool smallest_number) const;
  [[nodiscard]] std::size_t leaving(std::size_t column) const;
  [[nodiscard]] std::size_t infeasible_row(bool smallest_number) const;
  void add_bound(std::size_t variable, double bound, double side);
  [[nodiscard]] bool is_whole(std::size_t variable) const { return kinds_[variable] == Kind::whole; }
  std::vector<double>::iterator new_row(Kind slack);
  void pivot(std::size_t row, std::size_t column);

  std::size_t stride_;
  std::vector<Kind> kinds_;  ///< by variable number
  std::vector<std::size_t> basic_;
  std::vector<std::size_t> nonbasic_;
  std::vector<double> cells_;
  std::int64_t age_ = 0;
};

}  // namespace plimsoll::margin
