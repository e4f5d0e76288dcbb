#include "plimsoll/margin/integer_program.hpp"

#include "tableau.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace plimsoll::margin {

namespace {

constexpr double whole_tolerance = 1e-6;
// Two pairings that differ by less than this share of the scale count as equally good.
constexpr double proof_tolerance = 1e-10;

/// The whole-number variable that is farthest from whole; the first of equals.
std::optional<std::size_t> most_fractional(const IntegerProgram& program, const std::vector<double>& values) {
  std::optional<std::size_t> found;
  double largest = whole_tolerance;
  for (std::size_t j = 0; j < values.size(); ++j) {
    if (program.whole[j] == 0) continue;
    const double distance = std::fabs(values[j] - std::round(values[j]));
    if (distance > largest) {
      largest = distance;
      found = j;
    }
  }
  return found;
}

/// Branch and bound, depth first; a node is a dictionary that is optimal for its own bounds.
class Search {
 public:
  Search(const IntegerProgram& program, const SearchLimits& limits)
      : program_(program), limits_(limits), pivots_left_(limits.pivots) {
    best_.values.assign(program.variables, 0.0);
  }

  IntegerSolution run() {
    Tableau root(program_);
    const bool solved = root.run_primal(pivots_left_) == Tableau::Outcome::optimal;
    best_.relaxation = root.objective();
    if (solved) {
      open_.push_back(std::move(root));
      while (!open_.empty() && best_.nodes < limits_.nodes && pivots_left_ > 0) step();
    } else {
      best_.relaxation = free_bound();
      unproven_ = best_.relaxation;
    }
    best_.bound = std::max(best_.gain, unproven_);
    for (const Tableau& node : open_) best_.bound = std::max(best_.bound, node.objective());
    best_.pivots = limits_.pivots - pivots_left_;
    return std::move(best_);
  }

 private:
  /// What could be gained if no two variables competed: a bound that needs no simplex step.
  [[nodiscard]] double free_bound() const {
    double total = 0.0;
    for (std::size_t j = 0; j < program_.variables; ++j) {
      double reach = 0.0;
      for (std::size_t r = 0; r < program_.rows.size(); ++r)
        if (program_.rows[r][j] > 0.0 && program_.limits[r] > 0.0)
          reach = std::max(reach, program_.limits[r] / program_.rows[r][j]);
      total += std::max(0.0, program_.gain[j]) * reach;
    }
    return total;
  }

  void step() {
    Tableau node = std::move(open_.back());
    open_.pop_back();
    ++best_.nodes;
    if (node.objective() <= best_.gain + proof_tolerance) return;
    auto values = node.structural_values(program_.variables);
    const auto branch = most_fractional(program_, values);
    if (!branch) {
      keep(std::move(values), node.objective());
      return;
    }
    const double value = values[*branch];
    Tableau above = node;
    above.add_lower_bound(*branch, std::ceil(value));
    node.add_upper_bound(*branch, std::floor(value));
    // The nearer side is pushed last, so that it is looked at first.
    const bool up_first = value - std::floor(value) > 0.5;
    push(up_first ? node : above);
    push(up_first ? above : node);
  }

  void push(Tableau& child) {
    const double parent_objective = child.objective();
    const auto outcome = child.run_dual(pivots_left_);
    if (outcome == Tableau::Outcome::out_of_pivots) unproven_ = std::max(unproven_, parent_objective);
    if (outcome == Tableau::Outcome::optimal) open_.push_back(std::move(child));
  }

  void keep(std::vector<double> values, double gain) {
    for (std::size_t j = 0; j < values.size(); ++j)
      if (program_.whole[j] != 0) values[j] = std::round(values[j]);
    best_.values = std::move(values);
    best_.gain = gain;
  }

  const IntegerProgram& program_;
  SearchLimits limits_;
  std::int64_t pivots_left_;
  IntegerSolution best_;
  double unproven_ = 0.0;
  std::vector<Tableau> open_;
};

}  // namespace

IntegerSolution maximise(const IntegerProgram& program, const SearchLimits& limits) {
  double largest = 0.0;
  for (const double gain : program.gain) largest = std::max(largest, std::fabs(gain));
  if (largest == 0.0) {
    IntegerSolution nothing;
    nothing.values.assign(program.variables, 0.0);
    return nothing;
  }
  IntegerProgram scaled = program;
  for (double& gain : scaled.gain) gain /= largest;
  IntegerSolution solution = Search(scaled, limits).run();
  solution.gain = 0.0;
  for (std::size_t j = 0; j < program.variables; ++j) solution.gain += program.gain[j] * solution.values[j];
  solution.bound = std::max(solution.gain, solution.bound * largest);
  solution.relaxation *= largest;
  return solution;
}

}  // namespace plimsoll::margin
