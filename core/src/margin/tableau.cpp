#include "tableau.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr double reduced_cost_tolerance = 1e-9;  // of gains that are scaled to at most 1
constexpr double pivot_tolerance = 1e-9;
constexpr double feasibility_tolerance = 1e-9;
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
// So many steps without progress look like a cycle; from there the smallest-number rule, which cannot cycle, decides.
constexpr int patience = 12;
// A row whose level is nearer to whole than this gives a cut that rounding could make wrong.
constexpr double least_fraction = 0.01;
// Cuts are pulled back by this much, far more than rounding moves them and far less than they cut off.
constexpr double cut_slack = 1e-7;

double fraction(double value) { return value - std::floor(value); }
bool is_integer(double value) { return value == std::nearbyint(value); }

}  // namespace

Tableau::Tableau(const IntegerProgram& program)
    : stride_(program.variables + 1),
      basic_(program.rows.size()),
      nonbasic_(program.variables),
      cells_((program.rows.size() + 1) * (program.variables + 1), 0.0) {
  for (std::size_t j = 0; j < program.variables; ++j) {
    nonbasic_[j] = j;
    kinds_.push_back(program.whole[j] != 0 ? Kind::whole : Kind::continuous);
  }
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    basic_[r] = program.variables + r;
    std::ranges::copy(program.rows[r], &entry(r, 0));
    bool whole = true;
    for (std::size_t j = 0; j < program.variables; ++j) {
      const double factor = program.rows[r][j];
      whole = whole && (factor == 0.0 || (program.whole[j] != 0 && is_integer(factor)));
    }
    // A row of whole numbers cannot use up a fraction of its limit, and its slack is whole.
    level(r) = whole ? std::floor(program.limits[r]) : program.limits[r];
    kinds_.push_back(whole ? Kind::whole : Kind::continuous);
  }
  for (std::size_t j = 0; j < program.variables; ++j) entry(basic_.size(), j) = -program.gain[j];
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
  ++age_;
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

std::size_t Tableau::infeasible_row(bool smallest_number) const {
  std::size_t row = none;
  for (std::size_t r = 0; r < basic_.size(); ++r) {
    if (level(r) >= -feasibility_tolerance) continue;
    if (row == none || (smallest_number ? basic_[r] < basic_[row] : level(r) < level(row))) row = r;
  }
  return row;
}

Tableau::Outcome Tableau::run_dual(std::int64_t& pivots_left) {
  int idle = 0;
  for (;;) {
    const std::size_t row = infeasible_row(idle > patience);
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
    idle = smallest <= reduced_cost_tolerance ? idle + 1 : 0;
    pivot(row, column);
  }
}

std::vector<double>::iterator Tableau::new_row(Kind slack) {
  const std::size_t r = basic_.size();
  basic_.push_back(kinds_.size());
  kinds_.push_back(slack);
  return cells_.insert(cells_.begin() + static_cast<std::ptrdiff_t>(r * stride_), stride_, 0.0);
}

void Tableau::add_bound(std::size_t variable, double bound, double side) {
  const std::size_t r = basic_.size();
  const auto source = static_cast<std::size_t>(std::ranges::find(basic_, variable) - basic_.begin());
  const auto row = new_row(Kind::whole);
  if (source < r) {
    for (std::size_t j = 0; j + 1 < stride_; ++j) row[static_cast<std::ptrdiff_t>(j)] = side * entry(source, j);
    level(r) = side * (level(source) - bound);
  } else {  // a variable outside the basis is 0
    row[std::ranges::find(nonbasic_, variable) - nonbasic_.begin()] = -side;
    level(r) = -side * bound;
  }
}

std::size_t Tableau::add_cuts(std::size_t most) {
  std::vector<std::pair<double, std::size_t>> rows;  // how far from whole, row
  for (std::size_t r = 0; r < basic_.size(); ++r) {
    const double f = fraction(level(r));
    if (is_whole(basic_[r]) && f > least_fraction && f < 1.0 - least_fraction)
      rows.emplace_back(-std::min(f, 1.0 - f), r);
  }
  std::ranges::sort(rows);
  if (rows.size() > most) rows.resize(most);
  for (const auto& [distance, source] : rows) {
    const double f0 = fraction(level(source));
    const auto row = new_row(Kind::cut);
    for (std::size_t j = 0; j + 1 < stride_; ++j) {
      const double a = entry(source, j);
      const double f = is_whole(nonbasic_[j]) ? fraction(a) : a;
      // Of a continuous variable the sign decides, of a whole one the side of the fraction.
      const bool near = is_whole(nonbasic_[j]) ? f <= f0 : f >= 0.0;
      const double rest = is_whole(nonbasic_[j]) ? 1.0 - f : -f;
      row[static_cast<std::ptrdiff_t>(j)] = -(near ? f / f0 : rest / (1.0 - f0));
    }
    level(basic_.size() - 1) = -1.0 + cut_slack;
  }
  return rows.size();
}

void Tableau::drop_idle_cuts() {
  for (std::size_t r = basic_.size(); r-- > 0;) {
    if (kinds_[basic_[r]] != Kind::cut || level(r) <= feasibility_tolerance) continue;
    const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(r * stride_);
    cells_.erase(first, first + static_cast<std::ptrdiff_t>(stride_));
    basic_.erase(basic_.begin() + static_cast<std::ptrdiff_t>(r));
  }
}

std::vector<double> Tableau::structural_values(std::size_t count) const {
  std::vector<double> values(count, 0.0);
  for (std::size_t r = 0; r < basic_.size(); ++r)
    if (basic_[r] < count) values[basic_[r]] = level(r);
  return values;
}

}  // namespace plimsoll::margin
