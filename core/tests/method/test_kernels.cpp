#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/monte_carlo/european_paths.hpp"
#include "plimsoll/method/tree/binomial.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/sobol.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using plimsoll_kernels::Kernels;

std::vector<InstructionSet> supported_sets() {
  std::vector<InstructionSet> found;
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
    if (is_supported(set)) found.push_back(set);
  return found;
}

/// Columns of European options of every kind, limits among them.
struct Book {
  std::array<std::vector<double>, 7> in;
  std::array<std::vector<double>, 6> out;

  explicit Book(std::size_t count) {
    std::vector<double> u(7 * count);
    RandomStream(20261122, 5).fill_uniform(u);
    for (auto& column : in) column.resize(count);
    for (auto& column : out) column.resize(count, -1.0);
    for (std::size_t i = 0; i < count; ++i) {
      const double* const v = &u[7 * i];
      in[0][i] = v[0] < 0.5 ? 1.0 : -1.0;
      in[1][i] = i % 37 == 5 ? 0.0 : 20.0 + 160.0 * v[1];
      in[2][i] = i % 41 == 7 ? 0.0 : 20.0 + 160.0 * v[2];
      in[3][i] = i % 29 == 3 ? 0.0 : 3.0 * v[3];
      in[4][i] = -0.02 + 0.1 * v[4];
      in[5][i] = -0.01 + 0.08 * v[5];
      in[6][i] = i % 31 == 11 ? 0.0 : 0.02 + 1.5 * v[6];
    }
  }

  void value(const Kernels& kernel, bool greeks) {
    kernel.european_book(
        {in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data(), in[6].data(),
         in[0].size()},
        {out[0].data(), greeks ? out[1].data() : nullptr, out[2].data(), out[3].data(), out[4].data(), out[5].data()});
  }

  [[nodiscard]] PricedGreeks exact(std::size_t i) const {
    return black_scholes_greeks(in[0][i] > 0.0 ? OptionType::call : OptionType::put, in[2][i], in[3][i],
                                {in[1][i], in[4][i], in[5][i], in[6][i]});
  }
};

TEST(Kernels, formula_side_by_side_is_the_formula_one_by_one) {
  for (const InstructionSet set : supported_sets()) {
    for (const std::size_t count : {1U, 7U, 8U, 1003U}) {
      Book book(count);
      book.value(kernels(set), true);
      for (std::size_t i = 0; i < count; ++i) {
        const PricedGreeks exact = book.exact(i);
        const double scale = book.in[1][i] + book.in[2][i];
        // Eight roundings of 1e-15 each in the distribution and its arguments.
        EXPECT_NEAR(book.out[0][i], exact.price, 1e-14 * scale) << kernels(set).name << " row " << i;
        EXPECT_NEAR(book.out[1][i], exact.greeks.delta, 1e-14 * 2.0);
        EXPECT_NEAR(book.out[2][i], exact.greeks.gamma, 1e-13 * (1.0 + exact.greeks.gamma));
        EXPECT_NEAR(book.out[3][i], exact.greeks.vega, 1e-13 * scale);
        EXPECT_NEAR(book.out[4][i], exact.greeks.theta, 1e-13 * (scale + std::abs(exact.greeks.theta)));
        EXPECT_NEAR(book.out[5][i], exact.greeks.rho, 1e-13 * scale);
      }
      const auto prices = book.out[0];
      book.value(kernels(set), false);
      EXPECT_EQ(book.out[0], prices);
    }
  }
}

TEST(Kernels, an_option_is_the_same_beside_one_that_leaves_nothing_to_chance) {
  for (const InstructionSet set : supported_sets()) {
    Book beside(1024);
    Book alone(1024);
    const auto degenerate = [&](std::size_t i) {
      return beside.in[1][i] == 0.0 || beside.in[2][i] == 0.0 || beside.in[3][i] == 0.0 || beside.in[6][i] == 0.0;
    };
    // The same options, without the other ones: these are replaced by one that leaves much to chance.
    for (std::size_t i = 0; i < 1024; ++i)
      if (degenerate(i))
        for (std::size_t c = 1; c < 7; ++c) alone.in[c][i] = c < 3 ? 100.0 : 0.25;
    for (const bool greeks : {false, true}) {
      beside.value(kernels(set), greeks);
      alone.value(kernels(set), greeks);
      for (std::size_t i = 0; i < 1024; ++i)
        for (std::size_t m = 0; m < (greeks ? 6U : 1U) && !degenerate(i); ++m)
          EXPECT_EQ(beside.out[m][i], alone.out[m][i]) << kernels(set).name << " row " << i << " measure " << m;
    }
  }
}

TEST(Kernels, the_legs_of_an_option_may_be_as_far_apart_as_numbers_are) {
  for (const InstructionSet set : supported_sets()) {
    Book book(8);
    for (std::size_t i = 0; i < 8; ++i) {
      book.in[0][i] = i % 2 == 0 ? 1.0 : -1.0;
      book.in[1][i] = i < 4 ? 1e200 : 1e-200;
      book.in[2][i] = i < 4 ? 1e-200 : 1e200;
      for (std::size_t c = 3; c < 7; ++c) book.in[c][i] = c == 4 || c == 5 ? 0.0 : 0.5;
    }
    book.value(kernels(set), true);
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(book.out[0][i], std::max(book.in[0][i] * (book.in[1][i] - book.in[2][i]), 0.0)) << i;
      EXPECT_EQ(book.out[1][i], i < 4 ? (i % 2 == 0 ? 1.0 : 0.0) : (i % 2 == 0 ? 0.0 : -1.0)) << i;
      for (std::size_t m = 2; m < 4; ++m) EXPECT_EQ(book.out[m][i], 0.0) << i;
    }
  }
}

TEST(Kernels, normals_are_those_of_the_stream) {
  for (const InstructionSet set : supported_sets()) {
    for (const std::size_t count : {1U, 15U, 16U, 1000U}) {
      std::vector<double> found(count);
      std::vector<double> expected(count);
      kernels(set).normals(77, (std::uint64_t{3} << 32U) + 9, found.data(), count);
      RandomStream(77, (std::uint64_t{3} << 32U) + 9).fill_normal(expected);
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_NEAR(found[i], expected[i], 2e-15 * (1.0 + std::abs(expected[i]))) << i;
    }
  }
}

TEST(Kernels, a_block_of_paths_is_the_same_template_on_double) {
  const BlackScholes<double> model{100.0, 0.03, 0.01, 0.25};
  for (const std::size_t paths : {1U, 13U, 1024U}) {
    std::vector<double> draws(paths);
    RandomStream(11, 4).fill_normal(draws);
    RecordedModel<double> recorded(model);
    BlockSums one_by_one;
    for (const double draw : draws)
      one_by_one.add(european_sample<double>({-1.0, 105.0, 0.75}, model, recorded, draw), {}, 1);
    const MonteCarloResult expected = one_by_one.result();
    for (const InstructionSet set : supported_sets()) {
      plimsoll_kernels::BlockMoments moments{};
      kernels(set).european_block({-1.0, 105.0, 0.75, 100.0, 0.03, 0.01, 0.25, 11, 4, paths}, moments);
      BlockSums sums;
      sums.add_block(static_cast<double>(paths), moments.mean, moments.squares);
      const MonteCarloResult found = sums.result();
      EXPECT_NEAR(found.price, expected.price, 1e-12);
      EXPECT_NEAR(found.standard_error, expected.standard_error, 1e-12);
      EXPECT_NEAR(found.greeks.delta, expected.greeks.delta, 1e-13);
      EXPECT_NEAR(found.greeks.gamma, expected.greeks.gamma, 1e-13);
      EXPECT_NEAR(found.greeks.vega, expected.greeks.vega, 1e-11);
      EXPECT_NEAR(found.greeks.theta, expected.greeks.theta, 1e-11);
      EXPECT_NEAR(found.greeks.rho, expected.greeks.rho, 1e-11);
    }
  }
}

TEST(Kernels, functions_keep_their_digits_on_every_instruction_set) {
  std::vector<double> x(4001);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = -37.0 + 74.0 * static_cast<double>(i) / 4000.0;
  std::vector<double> y(x.size());
  const auto worst = [&](plimsoll_kernels::Function function, auto exact) {
    function(x.data(), y.data(), x.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double truth = exact(x[i]);
      largest = std::max(largest, std::abs(y[i] - truth) / std::abs(truth));
    }
    return largest;
  };
  for (const InstructionSet set : supported_sets()) {
    const Kernels& kernel = kernels(set);
    EXPECT_LT(worst(kernel.exponential, [](double v) { return std::exp(v); }), 4e-16) << kernel.name;
    EXPECT_LT(worst(kernel.normal_distribution, [](double v) { return normal_cdf(v); }), 2e-15) << kernel.name;
    EXPECT_LT(worst(kernel.normal_density, [](double v) { return normal_pdf(v); }), 2e-15) << kernel.name;
  }
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (static_cast<double>(i) + 0.5) / 4001.0;
  for (const InstructionSet set : supported_sets()) {
    EXPECT_LT(worst(kernels(set).logarithm, [](double v) { return std::log(v); }), 4e-16);
    x[2000] = 0.25;  // the middle has quantile zero
    EXPECT_LT(worst(kernels(set).normal_quantile, [](double v) { return normal_quantile(v); }), 3e-15);
  }
}

/// Arguments that reach every branch of a function: the plain range, both tails, tiny numbers and the special ones.
std::vector<double> arguments_of_every_kind(double low, double high) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> x{0.0,       -0.0,   1.0,     -1.0,   0.5,   infinity, -infinity,
                        nan_value, 5e-324, -5e-324, 1e-310, 1e300, -1e300};
  std::vector<double> u(3000);
  RandomStream(20261128, 1).fill_uniform(u);
  for (std::size_t i = 0; i < u.size(); ++i)
    x.push_back(i % 3 == 0 ? low + (high - low) * u[i] : (i % 3 == 1 ? 1.0 : -1.0) * std::exp(40.0 * u[i] - 38.0));
  return x;
}

std::vector<std::uint64_t> bits_of_all(const std::vector<double>& numbers) {
  std::vector<std::uint64_t> bits;
  for (const double x : numbers) bits.push_back(std::isnan(x) ? 0x7ff8U : std::bit_cast<std::uint64_t>(x));
  return bits;
}

TEST(Kernels, functions_that_need_more_digits_inside_keep_theirs_on_every_instruction_set) {
  const std::vector<double> x = arguments_of_every_kind(-30.0, 30.0);
  std::vector<double> exponents(x.rbegin(), x.rend());
  std::vector<double> y(x.size());
  const auto agree = [&](const char* name, auto exact) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double truth = exact(x[i], exponents[i]);
      if (!std::isfinite(truth)) continue;
      // The library and the batch are off by at most one unit each; subnormal results by their spacing.
      EXPECT_NEAR(y[i], truth, 4.5e-16 * std::abs(truth) + 5e-324) << name << " at " << x[i] << ", " << exponents[i];
    }
  };
  for (const InstructionSet set : supported_sets()) {
    const Kernels& kernel = kernels(set);
    kernel.exponential_less_one(x.data(), y.data(), x.size());
    agree("expm1", [](double v, double) { return std::expm1(v); });
    kernel.logarithm_of_one_plus(x.data(), y.data(), x.size());
    agree("log1p", [](double v, double) { return std::log1p(v); });
    kernel.power(x.data(), exponents.data(), y.data(), x.size());
    agree("pow", [](double v, double e) { return std::pow(v, e); });
    const auto within = [](double v) { return std::abs(v) <= 1e5 ? v : std::numeric_limits<double>::quiet_NaN(); };
    kernel.sine(x.data(), y.data(), x.size());
    agree("sin", [&](double v, double) { return std::sin(within(v)); });
    kernel.cosine(x.data(), y.data(), x.size());
    agree("cos", [&](double v, double) { return std::cos(within(v)); });
  }
}

TEST(Kernels, every_function_gives_the_same_bits_with_avx2_and_avx512) {
  if (!is_supported(InstructionSet::avx512)) GTEST_SKIP() << "this machine has no AVX-512";
  const Kernels& narrow = kernels(InstructionSet::avx2);
  const Kernels& wide = kernels(InstructionSet::avx512);
  const auto compare = [](const char* name, auto one, auto other, double low, double high) {
    const std::vector<double> x = arguments_of_every_kind(low, high);
    std::vector<double> a(x.size());
    std::vector<double> b(x.size());
    one(x.data(), a.data(), x.size());
    other(x.data(), b.data(), x.size());
    EXPECT_EQ(bits_of_all(a), bits_of_all(b)) << name;
  };
  compare("exp", narrow.exponential, wide.exponential, -760.0, 720.0);
  compare("log", narrow.logarithm, wide.logarithm, 0.0, 2.0);
  compare("cdf", narrow.normal_distribution, wide.normal_distribution, -40.0, 40.0);
  compare("pdf", narrow.normal_density, wide.normal_density, -40.0, 40.0);
  compare("quantile", narrow.normal_quantile, wide.normal_quantile, 0.0, 1.0);
  compare("expm1", narrow.exponential_less_one, wide.exponential_less_one, -50.0, 720.0);
  compare("log1p", narrow.logarithm_of_one_plus, wide.logarithm_of_one_plus, -1.0, 2.0);
  compare("sin", narrow.sine, wide.sine, -1e5, 1e5);
  compare("cos", narrow.cosine, wide.cosine, -1e5, 1e5);
  const std::vector<double> x = arguments_of_every_kind(0.0, 4.0);
  const std::vector<double> y(x.rbegin(), x.rend());
  std::vector<double> a(x.size());
  std::vector<double> b(x.size());
  narrow.power(x.data(), y.data(), a.data(), x.size());
  wide.power(x.data(), y.data(), b.data(), x.size());
  EXPECT_EQ(bits_of_all(a), bits_of_all(b));
  std::vector<double> draws(1001);
  std::vector<double> others(1001);
  narrow.normals(3, 4, draws.data(), draws.size());
  wide.normals(3, 4, others.data(), others.size());
  EXPECT_EQ(bits_of_all(draws), bits_of_all(others));
}

TEST(Kernels, avx2_and_avx512_give_the_same_bits) {
  if (!is_supported(InstructionSet::avx512)) GTEST_SKIP() << "this machine has no AVX-512";
  Book narrow(1003);
  Book wide(1003);
  narrow.value(kernels(InstructionSet::avx2), true);
  wide.value(kernels(InstructionSet::avx512), true);
  for (std::size_t c = 0; c < 6; ++c)
    for (std::size_t i = 0; i < 1003; ++i)
      EXPECT_EQ(std::bit_cast<std::uint64_t>(narrow.out[c][i]), std::bit_cast<std::uint64_t>(wide.out[c][i]));
  plimsoll_kernels::BlockMoments a{};
  plimsoll_kernels::BlockMoments b{};
  const plimsoll_kernels::EuropeanBlock block{1.0, 100.0, 1.0, 100.0, 0.03, 0.01, 0.2, 5, 6, 1001};
  kernels(InstructionSet::avx2).european_block(block, a);
  kernels(InstructionSet::avx512).european_block(block, b);
  EXPECT_TRUE(std::ranges::equal(a.mean, b.mean));
  EXPECT_TRUE(std::ranges::equal(a.squares, b.squares));
}

/// Options on lattices: puts and calls, European and American, rates and yields on both sides of zero.
struct LatticeBook {
  static constexpr std::size_t count = 21;
  std::array<std::vector<double>, 8> in;  // side, spot, strike, years, rate, yield, volatility, american

  LatticeBook() {
    std::vector<double> u(8 * count);
    RandomStream(20261128, 9).fill_uniform(u);
    for (std::size_t i = 0; i < count; ++i) {
      const double* const v = &u[8 * i];
      const std::array<double, 8> row{v[0] < 0.4 ? 1.0 : -1.0, 100.0,
                                      60.0 + 80.0 * v[1],      0.05 + 2.0 * v[2],
                                      -0.02 + 0.12 * v[3],     -0.02 + 0.12 * v[4],
                                      0.1 + 0.6 * v[5],        v[6] < 0.8 ? 1.0 : 0.0};
      for (std::size_t c = 0; c < 8; ++c) in[c].push_back(row[c]);
    }
  }

  [[nodiscard]] std::vector<double> price(const Kernels& kernel, const plimsoll_kernels::LatticePlan& plan) const {
    std::vector<double> found(count);
    std::vector<std::byte> memory(kernel.lattice_memory(plan));
    kernel.lattice_book(
        {in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data(), in[6].data(), count},
        in[7].data(), plan, memory.data(), found.data());
    return found;
  }

  [[nodiscard]] VanillaCase option(std::size_t i) const {
    return {in[0][i] > 0.0 ? OptionType::call : OptionType::put,
            in[7][i] > 0.5 ? Exercise::american : Exercise::european,
            in[2][i],
            in[3][i],
            {in[1][i], in[4][i], in[5][i], in[6][i]},
            {}};
  }
};

TEST(Kernels, lattices_side_by_side_are_the_whole_lattice_one_by_one) {
  const LatticeBook book;
  LatticeWorkspace workspace;
  for (const std::size_t steps : {5U, 62U, 203U})
    for (const bool by_formula : {false, true}) {
      const Binomial settings{BinomialMoves::cox_ross_rubinstein, static_cast<std::int64_t>(steps), Extrapolation::none,
                              by_formula ? LastStep::black_scholes : LastStep::payoff};
      std::vector<double> whole;
      for (std::size_t i = 0; i < LatticeBook::count; ++i)
        whole.push_back(binomial_price(book.option(i), settings, workspace));
      for (const InstructionSet set : supported_sets()) {
        const std::vector<double> found = book.price(kernels(set), {steps, by_formula});
        // Nodes that are left out weigh 1e-16; products are rounded in another order.
        for (std::size_t i = 0; i < LatticeBook::count; ++i)
          EXPECT_NEAR(found[i], whole[i], 1e-12 * (100.0 + book.in[2][i])) << kernels(set).name << " row " << i;
      }
    }
}

TEST(Kernels, lattices_give_the_same_bits_with_avx2_and_avx512) {
  if (!is_supported(InstructionSet::avx512)) GTEST_SKIP() << "this machine has no AVX-512";
  const LatticeBook book;
  for (const bool by_formula : {false, true})
    EXPECT_EQ(bits_of_all(book.price(kernels(InstructionSet::avx2), {301, by_formula})),
              bits_of_all(book.price(kernels(InstructionSet::avx512), {301, by_formula})));
}

TEST(InstructionSet, widest_is_chosen_unless_the_environment_names_another) {
  EXPECT_TRUE(is_supported(InstructionSet::baseline));
  EXPECT_TRUE(is_supported(chosen_instruction_set()));
  EXPECT_EQ(instruction_set_refused(), "");
  EXPECT_EQ(name_of(InstructionSet::avx512), "x86-64-v4");
  EXPECT_EQ(name_of(InstructionSet::avx2), "x86-64-v3");
  EXPECT_EQ(name_of(InstructionSet::baseline), "x86-64");
  EXPECT_EQ(std::string(kernels(InstructionSet::baseline).name), "baseline");
  EXPECT_EQ(std::string(kernels(InstructionSet::avx512).name), "avx512");
}

TEST(Kernels, sobol_points_are_those_of_the_sequence_to_the_last_bit_on_every_instruction_set) {
  for (const std::size_t dimensions : {std::size_t{1}, std::size_t{8}, std::size_t{21}}) {
    const auto sobol = Sobol::with_dimensions(dimensions);
    for (const std::uint64_t first : {std::uint64_t{1}, std::uint64_t{77}, Sobol::max_points - 150}) {
      std::vector<double> expected(150 * dimensions), found(150 * dimensions);
      sobol->fill(first, expected);
      for (const InstructionSet set : supported_sets()) {
        kernels(set).sobol(sobol->unscrambled(first, 150), found.data());
        EXPECT_EQ(found, expected) << name_of(set) << ", " << dimensions << " dimensions from " << first;
      }
    }
  }
}

}  // namespace
}  // namespace plimsoll
