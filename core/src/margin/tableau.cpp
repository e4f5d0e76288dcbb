#include "tableau.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll::margin {

namespace {

constexpr double reduced_cost_tolerance = 1e-9;  // of gains that are scaled to at most 1
constexpr double pivot_tolerance = 1e-9;
constexpr double feasibility_tolerance = 1e-9;
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
// So many steps without progress look like a cycle; from there the smallest-number rule, which cannot cycle, decides.
constexpr int patience = 12;

}  // namespace

Tableau::Tableau(const IntegerProgram& program)
    : stride_(program.variables + 1),
      basic_(program.rows.size()),
      nonbasic_(program.variables),
      next_variable_(program.variables + program.rows.size()),
      cells_((program.rows.size() + 1) * (program.variables + 1), 0.0) {
  for (std::size_t j = 0; j < program.variables; ++j) nonbasic_[j] = j;
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    basic_[r] = program.variables + r;
    std::ranges::copy(program.rows[r], &entry(r, 0));
    level(r) = program.limits[r];
  }
  for (std::size_t j = 0; j < program.variables; ++j) entry(basic_.size(), j) = -program.gain[j];
}

std::size_t Tableau::row_of(std::size_t variable) const {
  return static_cast<std::size_t>(std::ranges::find(basic_, variable) - basic_.begin());
}

std::size_t Tableau::entering(bool smallest_number) const {
  std::size_t best = none;
  for (std::size_t j = 0; j < nonbasic_.size(); ++j) {
    const double cost = entry(basic_.size(), j);
    if (cost >= -reduced_cost_tolerance) continue;
    if (best == none || (smallest_number ? nonbasic_[j] < nonbasic_[best] : cost < entry(basic_.size(), best)))
      best = j;
  }
  return best;
}

std::size_t Tableau::leaving(std::size_t column) const {
  std::size_t best = none;
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t r = 0; r < basic_.size(); ++r) {
    const double slope = entry(r, column);
    if (slope <= pivot_tolerance) continue;
    const double ratio = std::max(0.0, level(r)) / slope;
    const bool tie = best != none && std::fabs(ratio - smallest) <= 1e-12 * (1.0 + smallest);
    if (tie ? basic_[r] < basic_[best] : ratio < smallest) {
      best = r;
      smallest = std::min(ratio, smallest);
    }
  }
  return best;
}

void Tableau::pivot(std::size_t row, std::size_t column) {
  const double inverse = 1.0 / entry(row, column);
  double* const pivot_row = &cells_[row * stride_];
  for (std::size_t j = 0; j < stride_; ++j) pivot_row[j] *= inverse;
  pivot_row[column] = inverse;
  for (std::size_t r = 0; r <= basic_.size(); ++r) {
    const double factor = entry(r, column);
    if (r == row || factor == 0.0) continue;
    double* const target = &cells_[r * stride_];
    for (std::size_t j = 0; j < stride_; ++j) target[j] -= factor * pivot_row[j];
    target[column] = -factor * inverse;
  }
  std::swap(basic_[row], nonbasic_[column]);
}

Tableau::Outcome Tableau::run_primal(std::int64_t& pivots_left) {
  int idle = 0;
  for (;;) {
    const std::size_t column = entering(idle > patience);
    if (column == none) return Outcome::optimal;
    if (pivots_left-- <= 0) return Outcome::out_of_pivots;
    const std::size_t row = leaving(column);
    if (row == none) return Outcome::infeasible;  // unbounded: the caller's program always has a limit on every gain
    idle = level(row) <= feasibility_tolerance ? idle + 1 : 0;
    pivot(row, column);
  }
}

Tableau::Outcome Tableau::run_dual(std::int64_t& pivots_left) {
  for (;;) {
    std::size_t row = none;
    for (std::size_t r = 0; r < basic_.size(); ++r)
      if (level(r) < -feasibility_tolerance && (row == none || level(r) < level(row))) row = r;
    if (row == none) return run_primal(pivots_left);  // clears reduced costs that rounding left below zero
    std::size_t column = none;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < nonbasic_.size(); ++j) {
      if (entry(row, j) >= -pivot_tolerance) continue;
      const double ratio = std::max(0.0, entry(basic_.size(), j)) / -entry(row, j);
      if (ratio < smallest || (ratio == smallest && nonbasic_[j] < nonbasic_[column])) {
        column = j;
        smallest = ratio;
      }
    }
    if (column == none) return Outcome::infeasible;
    if (pivots_left-- <= 0) return Outcome::out_of_pivots;
    pivot(row, column);
  }
}

void Tableau::add_row(std::size_t source, double sign, double level_value) {
  const std::size_t r = basic_.size();
  cells_.insert(cells_.begin() + static_cast<std::ptrdiff_t>(r * stride_), stride_, 0.0);
  for (std::size_t j = 0; j + 1 < stride_; ++j) entry(r, j) = sign * entry(source, j);
  level(r) = level_value;
  basic_.push_back(next_variable_++);
}

void Tableau::add_upper_bound(std::size_t variable, double bound) {
  const std::size_t row = row_of(variable);
  add_row(row, -1.0, bound - level(row));
}

void Tableau::add_lower_bound(std::size_t variable, double bound) {
  const std::size_t row = row_of(variable);
  add_row(row, 1.0, level(row) - bound);
}

std::vector<double> Tableau::structural_values(std::size_t count) const {
  std::vector<double> values(count, 0.0);
  for (std::size_t r = 0; r < basic_.size(); ++r)
    if (basic_[r] < count) values[basic_[r]] = level(r);
  return values;
}

}  // namespace plimsoll::margin
