#include "plimsoll/margin/integer_program.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

constexpr SearchLimits enough{};

IntegerProgram program(std::vector<double> gain, std::vector<std::vector<double>> rows, std::vector<double> limits) {
  IntegerProgram p;
  p.variables = gain.size();
  p.whole.assign(p.variables, 1);
  p.gain = std::move(gain);
  p.rows = std::move(rows);
  p.limits = std::move(limits);
  return p;
}

TEST(IntegerProgram, knapsack_with_a_fractional_relaxation_is_solved_in_whole_numbers) {
  const auto solution = maximise(program({5, 4}, {{6, 4}, {1, 2}}, {24, 6}), enough);
  EXPECT_DOUBLE_EQ(solution.gain, 20);
  EXPECT_NEAR(solution.relaxation, 21, 1e-9);
  EXPECT_DOUBLE_EQ(solution.bound, 20);
}

TEST(IntegerProgram, nothing_to_gain_is_nothing_done) {
  const auto solution = maximise(program({0, 0}, {{1, 1}}, {3}), enough);
  EXPECT_EQ(solution.values, (std::vector<double>{0, 0}));
  EXPECT_EQ(solution.gain, 0.0);
  EXPECT_EQ(maximise(IntegerProgram{}, enough).gain, 0.0);
}

TEST(IntegerProgram, continuous_variables_stay_fractional) {
  auto p = program({1, 1}, {{2, 0}, {0, 2}}, {3, 3});
  p.whole[1] = 0;
  const auto solution = maximise(p, enough);
  EXPECT_EQ(solution.values, (std::vector<double>{1, 1.5}));
}

TEST(IntegerProgram, degenerate_rows_do_not_make_the_simplex_method_cycle) {
  // Beale's example, which cycles under the largest-coefficient rule. Source: Chvatal (1983), p. 31.
  auto p = program({10, -57, -9, -24}, {{0.5, -5.5, -2.5, 9}, {0.5, -1.5, -0.5, 1}, {1, 0, 0, 0}}, {0, 0, 1});
  p.whole.assign(4, 0);
  EXPECT_NEAR(maximise(p, enough).gain, 1.0, 1e-9);
}

TEST(IntegerProgram, search_cut_short_still_bounds_the_gain) {
  const auto p = program({5, 4, 3}, {{2, 3, 1}, {4, 1, 2}, {3, 4, 2}}, {5, 11, 8});
  const double best = maximise(p, enough).gain;
  for (std::int64_t pivots = 0; pivots < 12; ++pivots) {
    const auto solution = maximise(p, {1000, pivots});
    EXPECT_LE(solution.gain, best);
    EXPECT_GE(solution.bound, best - 1e-9) << pivots;
  }
  for (std::int64_t nodes = 0; nodes < 4; ++nodes) EXPECT_GE(maximise(p, {nodes, 1000}).bound, best - 1e-9);
}

TEST(IntegerProgram, random_programs_agree_with_enumeration) {
  std::mt19937 random(7);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int round = 0; round < 300; ++round) {
    auto p = program({}, {}, {});
    p.variables = 4;
    p.whole.assign(4, 1);
    for (int j = 0; j < 4; ++j) p.gain.push_back(pick(-3, 9));
    // One box row per variable keeps the program bounded; the others may have either sign.
    for (std::size_t j = 0; j < 4; ++j) {
      std::vector<double> row(4, 0.0);
      row[j] = 1.0;
      p.rows.push_back(row);
      p.limits.push_back(pick(0, 4));
    }
    for (int r = 0; r < 3; ++r) {
      std::vector<double> row;
      for (int j = 0; j < 4; ++j) row.push_back(pick(-4, 6));
      p.rows.push_back(row);
      p.limits.push_back(pick(0, 9));
    }
    double best = 0.0;
    for (int code = 0; code < 625; ++code) {
      const double v[] = {double(code % 5), double(code / 5 % 5), double(code / 25 % 5), double(code / 125)};
      double gain = 0.0;
      bool feasible = true;
      for (std::size_t j = 0; j < 4; ++j) gain += p.gain[j] * v[j];
      for (std::size_t r = 0; r < p.rows.size(); ++r) {
        double used = 0.0;
        for (std::size_t j = 0; j < 4; ++j) used += p.rows[r][j] * v[j];
        feasible = feasible && used <= p.limits[r] + 1e-9;
      }
      if (feasible) best = std::max(best, gain);
    }
    ASSERT_NEAR(maximise(p, enough).gain, best, 1e-9) << "program " << round;
  }
}

TEST(IntegerProgram, long_searches_stay_exact) {
  // Strongly correlated knapsacks (gain = weight + 10) branch deeply; a table of best gains by weight is exact.
  // Source: Pisinger (2005), Where are the hard knapsack problems?, Computers & Operations Research 32, sec. 2.
  std::mt19937 random(11);
  std::int64_t most_nodes = 0;
  for (int round = 0; round < 6; ++round) {
    std::vector<int> weights;
    int total = 0;
    for (int j = 0; j < 24; ++j) weights.push_back(std::uniform_int_distribution<int>(50, 300)(random));
    for (const int weight : weights) total += weight;
    const int limit = total / 2;
    std::vector<int> best(static_cast<std::size_t>(limit) + 1, 0);
    for (const int weight : weights)
      for (int room = limit; room >= weight; --room) {
        const auto r = static_cast<std::size_t>(room);
        best[r] = std::max(best[r], best[static_cast<std::size_t>(room - weight)] + weight + 10);
      }
    auto p = program({}, {{}}, {static_cast<double>(limit)});
    p.variables = weights.size();
    p.whole.assign(p.variables, 1);
    for (std::size_t j = 0; j < weights.size(); ++j) {
      p.gain.push_back(weights[j] + 10.0);
      p.rows[0].push_back(weights[j]);
    }
    for (std::size_t j = 0; j < weights.size(); ++j) {
      std::vector<double> row(weights.size(), 0.0);
      row[j] = 1.0;
      p.rows.push_back(row);
      p.limits.push_back(1.0);
    }
    const auto solution = maximise(p, {3000, 2'000'000});
    most_nodes = std::max(most_nodes, solution.nodes);
    EXPECT_LE(solution.gain, best.back() + 1e-9);
    EXPECT_GE(solution.bound, best.back() - 1e-6);
    if (solution.bound - solution.gain < 0.5) {
      EXPECT_NEAR(solution.gain, best.back(), 1e-6);
    }
  }
  EXPECT_GT(most_nodes, 50);
}

TEST(IntegerProgram, gives_the_same_bits_on_every_run) {
  const auto p = program({5.1, 4.3, 3.7}, {{2, 3, 1}, {4, 1, 2}, {3, 4, 2}}, {50, 110, 80});
  const auto a = maximise(p, enough);
  const auto b = maximise(p, enough);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.pivots, b.pivots);
}

}  // namespace
}  // namespace plimsoll::margin
