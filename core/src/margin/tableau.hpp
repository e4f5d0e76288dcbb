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

  /// Adds `variable <= bound` (or >=) for a basic structural variable.
  void add_upper_bound(std::size_t variable, double bound);
  void add_lower_bound(std::size_t variable, double bound);

  [[nodiscard]] double objective() const { return level(basic_.size()); }
  [[nodiscard]] std::vector<double> structural_values(std::size_t count) const;

 private:
  [[nodiscard]] double& entry(std::size_t r, std::size_t j) { return cells_[r * stride_ + j]; }
  [[nodiscard]] double entry(std::size_t r, std::size_t j) const { return cells_[r * stride_ + j]; }
  [[nodiscard]] double& level(std::size_t r) { return cells_[r * stride_ + stride_ - 1]; }
  [[nodiscard]] double level(std::size_t r) const { return cells_[r * stride_ + stride_ - 1]; }
  [[nodiscard]] std::size_t row_of(std::size_t variable) const;
  [[nodiscard]] std::size_t entering(bool smallest_number) const;
  [[nodiscard]] std::size_t leaving(std::size_t column) const;
  void add_row(std::size_t source, double sign, double level_value);
  void pivot(std::size_t row, std::size_t column);

  std::size_t stride_;
  std::vector<std::size_t> basic_;
  std::vector<std::size_t> nonbasic_;
  std::size_t next_variable_;
  std::vector<double> cells_;
};

}  // namespace plimsoll::margin
