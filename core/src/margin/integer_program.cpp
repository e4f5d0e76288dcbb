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
constexpr int root_rounds = 30;
constexpr int node_rounds = 3;
constexpr std::size_t cuts_per_round = 8;
constexpr double least_progress = 1e-7;
constexpr std::size_t most_open = 2'000;
// A dictionary after so many row operations is written anew: errors stay near 1e-12.
constexpr std::int64_t oldest = 200;
constexpr double row_tolerance = 1e-6;

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

/// One branching decision: a bound on a whole-number variable.
struct Bound {
  std::size_t variable = 0;
  double value = 0.0;
  bool upper = true;
};

/// A dictionary that is optimal for its own bounds, and these bounds, from which it can be written anew.
struct Node {
  Tableau tableau;
  std::vector<Bound> bounds;
};

void impose(Tableau& tableau, const Bound& bound) {
  if (bound.upper)
    tableau.add_upper_bound(bound.variable, bound.value);
  else
    tableau.add_lower_bound(bound.variable, bound.value);
}

/// Branch and bound with cuts: dives to a whole solution, then goes on from the most promising node.
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
      open_.push_back({std::move(root), {}});
      while (!open_.empty() && best_.nodes < limits_.nodes && pivots_left_ > 0) step();
    } else {
      best_.relaxation = free_bound();
      unproven_ = best_.relaxation;
    }
    best_.bound = std::max(best_.gain, unproven_);
    for (const Node& node : open_) best_.bound = std::max(best_.bound, node.tableau.objective());
    best_.bound = std::min(best_.bound, std::max(best_.gain, best_.relaxation));
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

  /// Takes the newest node while diving, otherwise the one with the best bound; the newest again when memory runs
  /// short.
  Node next() {
    if (!diving_ && open_.size() < most_open)
      std::swap(open_.back(),
                *std::ranges::max_element(open_, {}, [](const Node& n) { return n.tableau.objective(); }));
    Node node = std::move(open_.back());
    open_.pop_back();
    diving_ = false;
    return node;
  }

  /// Cuts a vertex until it is whole, no cut helps any more, or the rounds are used up.
  void tighten(Tableau& vertex, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      Tableau cut = vertex;
      if (cut.add_cuts(cuts_per_round) == 0 || cut.run_dual(pivots_left_) != Tableau::Outcome::optimal) return;
      const bool idle = vertex.objective() - cut.objective() < least_progress;
      cut.drop_idle_cuts();
      vertex = std::move(cut);
      if (idle) return;
    }
  }

  /// Writes an old dictionary anew from the program and its bounds; false when the node turns out to be empty.
  bool refresh(Node& node) {
    if (node.tableau.age() <= oldest) return true;
    const double known = node.tableau.objective();
    Tableau fresh(program_);
    auto outcome = fresh.run_primal(pivots_left_);
    for (const Bound& bound : node.bounds) {
      if (outcome != Tableau::Outcome::optimal) break;
      impose(fresh, bound);
      outcome = fresh.run_dual(pivots_left_);
    }
    if (outcome == Tableau::Outcome::out_of_pivots) unproven_ = std::max(unproven_, known);
    node.tableau = std::move(fresh);
    return outcome == Tableau::Outcome::optimal;
  }

  [[nodiscard]] bool promises(const Tableau& vertex) const { return vertex.objective() > best_.gain + proof_tolerance; }

  void step() {
    Node node = next();
    const bool root = best_.nodes++ == 0;
    if (!promises(node.tableau) || !refresh(node)) return;
    tighten(node.tableau, root ? root_rounds : node_rounds);
    if (!promises(node.tableau)) return;
    const auto values = node.tableau.structural_values(program_.variables);
    const auto branch = most_fractional(program_, values);
    if (!branch) {
      keep(values, node.tableau.objective());
      return;
    }
    const double value = values[*branch];
    const Bound below{*branch, std::floor(value), true};
    const Bound above{*branch, std::ceil(value), false};
    // The nearer side is pushed last, so that it is looked at first.
    const bool up_first = value - std::floor(value) > 0.5;
    push(node, up_first ? below : above);
    push(node, up_first ? above : below);
  }

  void push(const Node& parent, const Bound& bound) {
    Node child = parent;
    child.bounds.push_back(bound);
    impose(child.tableau, bound);
    const auto outcome = child.tableau.run_dual(pivots_left_);
    if (outcome == Tableau::Outcome::out_of_pivots) unproven_ = std::max(unproven_, parent.tableau.objective());
    if (outcome != Tableau::Outcome::optimal) return;
    open_.push_back(std::move(child));
    diving_ = true;
  }

  /// Keeps a whole vertex that holds in the program itself; one that rounding has led astray stays unproven.
  void keep(std::vector<double> values, double objective) {
    for (std::size_t j = 0; j < values.size(); ++j)
      if (program_.whole[j] != 0) values[j] = std::round(values[j]);
    double gain = 0.0;
    for (std::size_t j = 0; j < values.size(); ++j) gain += program_.gain[j] * values[j];
    if (!holds(values)) {
      unproven_ = std::max(unproven_, objective);
      return;
    }
    if (gain <= best_.gain) return;
    best_.values = std::move(values);
    best_.gain = gain;
  }

  [[nodiscard]] bool holds(const std::vector<double>& values) const {
    for (std::size_t r = 0; r < program_.rows.size(); ++r) {
      double used = 0.0;
      for (std::size_t j = 0; j < values.size(); ++j) used += program_.rows[r][j] * values[j];
      if (used > program_.limits[r] + row_tolerance * (1.0 + std::fabs(program_.limits[r]))) return false;
    }
    return true;
  }

  const IntegerProgram& program_;
  SearchLimits limits_;
  std::int64_t pivots_left_;
  IntegerSolution best_;
  double unproven_ = 0.0;
  std::vector<Node> open_;
  bool diving_ = true;
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
