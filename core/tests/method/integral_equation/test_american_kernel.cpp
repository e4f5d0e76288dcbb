#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/integral_equation/american.hpp>
#include <plimsoll/method/kernels.hpp>
#include <plimsoll/numerics/philox.hpp>

namespace plimsoll::testing {
namespace {

/// Puts and calls with one exercise boundary.
struct AmericanBook {
  std::array<std::vector<double>, 7> in;  // side, spot, strike, years, rate, yield, volatility
  std::vector<double> price, change;

  explicit AmericanBook(std::size_t count) : price(count), change(count) {
    RandomStream stream(20261128, 1);
    for (auto& column : in) column.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::array<double, 7> u{};
      stream.fill_uniform(u);
      const std::array<double, 7> row{u[0] < 0.5 ? 1.0 : -1.0, 60.0 + 80.0 * u[1], 60.0 + 80.0 * u[2],
                                      0.05 + 2.0 * u[3],       0.01 + 0.1 * u[4],  0.01 + 0.1 * u[5],
                                      0.1 + 0.5 * u[6]};
      for (std::size_t c = 0; c < row.size(); ++c) in[c][i] = row[c];
    }
  }

  void value(InstructionSet set, const BoundaryTables& tables) {
    const auto plan = tables.plan();
    std::vector<std::byte> memory(kernels(set).american_memory(plan));
    kernels(set).american_book({in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data(),
                                in[6].data(), price.size()},
                               plan, memory.data(), price.data(), change.data());
  }

  [[nodiscard]] VanillaCase option(std::size_t i) const {
    return {in[0][i] > 0.0 ? OptionType::call : OptionType::put,
            Exercise::american,
            in[2][i],
            in[3][i],
            {in[1][i], in[4][i], in[5][i], in[6][i]},
            {}};
  }
};

std::vector<InstructionSet> supported() {
  std::vector<InstructionSet> found;
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
    if (is_supported(set)) found.push_back(set);
  return found;
}

TEST(AmericanKernel, prices_are_those_of_one_option_at_a_time_on_every_instruction_set) {
  const BoundaryTables tables(IntegralEquation::accurate());
  IntegralWorkspace workspace;
  for (const InstructionSet set : supported()) {
    AmericanBook book(45);
    book.value(set, tables);
    for (std::size_t i = 0; i < book.price.size(); ++i) {
      EXPECT_LE(book.change[i], settled_change) << i;
      EXPECT_NEAR(book.price[i], integral_equation_price(book.option(i), IntegralEquation::accurate(), workspace),
                  1e-10)
          << i;
    }
  }
}

TEST(AmericanKernel, wide_instruction_sets_give_the_same_bits_and_no_price_hangs_on_its_neighbours) {
  const BoundaryTables tables(IntegralEquation::fast());
  if (!is_supported(InstructionSet::avx2)) GTEST_SKIP() << "this machine has no wide instruction set";
  AmericanBook wide(45);
  wide.value(widest_instruction_set(), tables);
  AmericanBook narrow(45);
  narrow.value(InstructionSet::avx2, tables);
  AmericanBook part(45);
  for (auto& column : part.in) column.erase(column.begin(), column.begin() + 3);
  part.price.resize(42);
  part.value(widest_instruction_set(), tables);
  for (std::size_t i = 0; i < wide.price.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(wide.price[i]), std::bit_cast<std::uint64_t>(narrow.price[i])) << i;
  }
  for (std::size_t i = 0; i < part.price.size(); ++i) EXPECT_EQ(wide.price[i + 3], part.price[i]) << i;
}

}  // namespace
}  // namespace plimsoll::testing
