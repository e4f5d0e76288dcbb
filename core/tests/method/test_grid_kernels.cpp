#include "plimsoll/method/grid_kernels.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/method/pde/heston_grid.hpp"
#include "plimsoll/method/pde/put_sweep.hpp"

#include <array>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using plimsoll_kernels::LinePlan;
using plimsoll_kernels::PlanePlan;

constexpr std::size_t rows = 19;  // neither a whole lane nor a whole pair of lanes

/// Columns of options that differ in everything.
std::vector<std::array<double, 7>> options() {
  std::vector<std::array<double, 7>> result;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto x = static_cast<double>(i);
    result.push_back({i % 3 == 0 ? 1.0 : -1.0, 92.0 + x, 100.0, 0.2 + 0.1 * x, 0.03 + 0.002 * x, 0.02, 0.2 + 0.01 * x});
  }
  return result;
}

template <std::size_t Columns>
std::array<std::vector<double>, Columns> columns_of(const std::vector<std::array<double, Columns>>& from) {
  std::array<std::vector<double>, Columns> result;
  for (const auto& row : from)
    for (std::size_t c = 0; c < Columns; ++c) result[c].push_back(row[c]);
  return result;
}

std::vector<double> on_lines(InstructionSet set, const LinePlan& plan) {
  const auto in = columns_of(options());
  std::vector<std::byte> memory(grid_kernels(set).line_memory(plan));
  std::vector<double> price(rows);
  grid_kernels(set).line_book(
      {in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data(), in[6].data(), rows}, plan,
      memory.data(), price.data());
  return price;
}

std::vector<std::array<double, 11>> heston_options() {
  std::vector<std::array<double, 11>> result;
  for (const auto& o : options())
    result.push_back({o[0], o[1], o[2], o[3], o[4], o[5], o[6] * o[6], 2.0, 0.05, 0.3 + 0.01 * o[3], -0.5});
  return result;
}

std::vector<double> on_planes(InstructionSet set, const PlanePlan& plan) {
  const auto in = columns_of(heston_options());
  std::vector<std::byte> memory(grid_kernels(set).plane_memory(plan));
  std::vector<double> price(rows);
  grid_kernels(set).plane_book({in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data(),
                                in[6].data(), in[7].data(), in[8].data(), in[9].data(), in[10].data(), rows},
                               plan, memory.data(), price.data());
  return price;
}

TEST(GridKernels, lines_agree_with_the_integral_equation) {
  const std::vector<double> found = on_lines(chosen_instruction_set(), {201, 4, 12});
  IntegralWorkspace workspace;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto o = options()[i];
    const double exact = integral_equation_price(
        {o[0] > 0.0 ? OptionType::call : OptionType::put, Exercise::american, o[2], o[3], {o[1], o[4], o[5], o[6]}, {}},
        IntegralEquation::accurate(), workspace);
    EXPECT_NEAR(found[i], exact, 1e-2) << i;
  }
}

TEST(GridKernels, lines_are_those_of_the_same_template_on_double) {
  const LinePlan plan{101, 4, 8};
  const std::vector<double> found = on_lines(chosen_instruction_set(), plan);
  std::vector<double> memory(PutSweep<double>::size(plan.nodes));
  for (std::size_t i = 0; i < rows; ++i) {
    const auto o = options()[i];
    if (o[0] > 0.0) continue;
    PutSweep<double> sweep(memory.data(), plan.nodes);
    sweep.lay({o[1], o[4], o[5], o[6]}, o[2], o[3]);
    march_puts<1>(&sweep, &o[3], plan.phases, plan.steps);
    EXPECT_NEAR(found[i], o[2] * sweep.values[plan.nodes / 2], 1e-10) << i;
  }
}

TEST(GridKernels, planes_agree_with_the_grid_that_is_no_kernel) {
  for (const bool exercises : {false, true}) {
    const PlanePlan plan{17, 33, 12, static_cast<int>(AlternatingScheme::hundsdorfer_verwer), exercises};
    const std::vector<double> found = on_planes(chosen_instruction_set(), plan);
    for (std::size_t i = 0; i < rows; i += 6) {
      const auto o = heston_options()[i];
      SpotContract contract = spot_contract(European{o[0] > 0.0 ? OptionType::call : OptionType::put, o[2], o[3]});
      if (exercises) contract.exercise = Exercise::american;
      const auto grid = heston_grid(contract, {o[1], o[4], o[5], o[6], o[7], o[8], o[9], o[10]},
                                    {32, 16, 12, AlternatingScheme::hundsdorfer_verwer}, Measures::price_only);
      // The same nodes and steps: rounding alone is different.
      EXPECT_NEAR(found[i], grid->price, 1e-9) << i;
    }
  }
}

TEST(GridKernels, wide_instruction_sets_give_the_same_bits) {
  if (!is_supported(InstructionSet::avx512)) GTEST_SKIP() << "this machine has no AVX-512";
  EXPECT_EQ(on_lines(InstructionSet::avx512, {101, 4, 8}), on_lines(InstructionSet::avx2, {101, 4, 8}));
  const PlanePlan plan{24, 48, 16, static_cast<int>(AlternatingScheme::modified_craig_sneyd), true};
  EXPECT_EQ(on_planes(InstructionSet::avx512, plan), on_planes(InstructionSet::avx2, plan));
}

TEST(GridKernels, every_instruction_set_gives_the_same_prices) {
  const PlanePlan plan{12, 24, 8, static_cast<int>(AlternatingScheme::craig_sneyd), false};
  for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(set)) continue;
    const auto line = on_lines(set, {61, 3, 6});
    const auto base = on_lines(InstructionSet::baseline, {61, 3, 6});
    const auto plane = on_planes(set, plan);
    const auto plane_base = on_planes(InstructionSet::baseline, plan);
    for (std::size_t i = 0; i < rows; ++i) {
      EXPECT_NEAR(line[i], base[i], 1e-10);
      EXPECT_NEAR(plane[i], plane_base[i], 1e-9);
    }
  }
}

}  // namespace
}  // namespace plimsoll
