#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/heston_paths.hpp"
#include "plimsoll/method/monte_carlo/worst_of_heston.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

/// Broadie & Kaya (2006), Exact simulation of stochastic volatility and other affine jump diffusion processes, Oper.
/// Res. 54, table 1: a call at the money of one year, true price 6.8061.
const Heston<double> broadie_kaya{100.0, 0.0319, 0.0, 0.010201, 6.21, 0.019, 0.61, -0.70};
constexpr double broadie_kaya_price = 6.8061;

CorrelatedHeston alike(const Heston<double>& asset, std::size_t count, double between_spots) {
  CorrelatedHeston model{std::vector<Heston<double>>(count, asset), Matrix(2 * count, 2 * count)};
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j) {
      const double factor = i == j ? 1.0 : between_spots;
      model.correlation(2 * i, 2 * j) = factor;
      model.correlation(2 * i + 1, 2 * j + 1) = factor;
      model.correlation(2 * i, 2 * j + 1) = model.correlation(2 * j + 1, 2 * i) = factor * asset.correlation;
    }
  return model;
}

BasketOption worst_of(OptionType type, std::size_t count, double strike) {
  return {type, Aggregate::smallest, std::vector<double>(count, 1.0), strike, 1.0};
}

TEST(WorstOfHeston, one_asset_has_the_printed_price_of_broadie_and_kaya) {
  const auto found =
      monte_carlo_worst_of(worst_of(OptionType::call, 1, 100.0), alike(broadie_kaya, 1, 0.0), {65536, 5, 1}, 64);
  ASSERT_TRUE(found) << found.error().message();
  // The bias of the steps, measured on two million paths: 0.049, 0.019 and 0.007 (each within 0.005) for 16, 32 and 64.
  EXPECT_NEAR(found->price.mean, broadie_kaya_price, 0.02 + 4.0 * found->price.standard_error);
  EXPECT_LT(found->price.standard_error, 0.04);
}

TEST(WorstOfHeston, without_volatility_of_variance_is_black_scholes) {
  Heston<double> still = broadie_kaya;
  still.volatility_of_variance = 0.0;
  still.variance = still.long_variance = 0.04;
  still.dividend_yield = 0.01;
  const auto found = monte_carlo_worst_of(worst_of(OptionType::put, 1, 103.0), alike(still, 1, 0.0), {16384, 5, 1}, 4);
  const PricedGreeks exact = black_scholes_greeks(OptionType::put, 103.0, 1.0, {100.0, 0.0319, 0.01, 0.2});
  EXPECT_NEAR(found->price.mean, exact.price, 4.0 * found->price.standard_error);
  EXPECT_NEAR(found->deltas[0].mean, exact.greeks.delta, 4.0 * found->deltas[0].standard_error);
}

TEST(WorstOfHeston, assets_that_move_as_one_are_one) {
  const auto one =
      monte_carlo_worst_of(worst_of(OptionType::put, 1, 100.0), alike(broadie_kaya, 1, 0.0), {16384, 5, 1}, 16);
  const auto three =
      monte_carlo_worst_of(worst_of(OptionType::put, 3, 100.0), alike(broadie_kaya, 3, 1.0 - 1e-9), {16384, 6, 1}, 16);
  EXPECT_NEAR(one->price.mean, three->price.mean,
              4.0 * std::hypot(one->price.standard_error, three->price.standard_error));
  double delta = 0.0;
  double error = 0.0;
  for (const Estimate& part : three->deltas) {
    delta += part.mean;
    error += part.standard_error;
  }
  EXPECT_NEAR(one->deltas[0].mean, delta, 4.0 * (error + one->deltas[0].standard_error));
}

TEST(WorstOfHeston, deltas_are_the_bumped_prices_on_the_same_paths_and_the_worst_is_worth_less) {
  CorrelatedHeston model = alike(broadie_kaya, 5, 0.4);
  for (std::size_t a = 0; a < 5; ++a) {
    model.assets[a].spot = 95.0 + 2.0 * static_cast<double>(a);
    model.assets[a].variance = 0.01 + 0.01 * static_cast<double>(a);
  }
  const BasketOption put = worst_of(OptionType::put, 5, 95.0);
  const MonteCarlo method{2048, 9, 1};
  const auto found = monte_carlo_worst_of(put, model, method, 12);
  ASSERT_TRUE(found) << found.error().message();
  for (std::size_t a = 0; a < 5; ++a) {
    const auto moved = [&](double step) {
      CorrelatedHeston other = model;
      other.assets[a].spot += step;
      return monte_carlo_worst_of(put, other, method, 12)->price.mean;
    };
    // A path on which two assets change places within the bump moves the difference by its own share of the mean.
    EXPECT_NEAR(found->deltas[a].mean, (moved(1e-5) - moved(-1e-5)) / 2e-5, 1e-3) << a;
    const auto alone =
        monte_carlo_worst_of(worst_of(OptionType::put, 1, 95.0),
                             {{model.assets[a]}, alike(model.assets[a], 1, 0.0).correlation}, method, 12);
    EXPECT_GT(found->price.mean, alone->price.mean);
  }
}

TEST(WorstOfHeston, put_on_the_worst_of_more_assets_is_worth_more) {
  double fewer = 0.0;
  for (std::size_t count = 1; count <= 6; ++count) {
    const auto found = monte_carlo_worst_of(worst_of(OptionType::put, count, 100.0), alike(broadie_kaya, count, 0.3),
                                            {4096, 11, 1}, 4);
    ASSERT_TRUE(found) << found.error().message();
    // An asset more lowers the price on no path; the paths are others for each count.
    EXPECT_GT(found->price.mean, fewer - 4.0 * found->price.standard_error) << count;
    EXPECT_EQ(found->deltas.size(), count);
    fewer = found->price.mean;
  }
}

TEST(WorstOfHeston, kernel_is_the_same_template_on_double_with_the_same_bits_on_wide_sets) {
  plimsoll_kernels::WorstOfBlock block{};
  block.side = -1.0;
  block.strike = 1.0;
  block.assets = 5;
  block.steps = 30;
  block.step = 1.0 / 30.0;
  std::size_t entry = 0;
  for (std::size_t i = 0; i < 10; ++i)
    for (std::size_t k = 0; k <= i; ++k) block.factor[entry++] = (i == k ? 0.8 : 0.1) * std::sqrt(block.step);
  for (std::size_t a = 0; a < 5; ++a) {
    block.variance[a] = 0.03 + 0.01 * static_cast<double>(a);
    block.mean_reversion[a] = 1.5;
    block.long_variance[a] = 0.05;
    block.volatility_of_variance[a] = 0.6;
    block.drift[a] = 0.0005;
  }
  block.seed = 3;
  block.stream = 8;
  block.paths = 101;
  RandomStream draws(3, 8);
  std::vector<double> normals(300);
  double mean = 0.0;
  std::array<double, 5> deltas{};
  for (int p = 0; p < 101; ++p) {
    draws.fill_normal(normals);
    HestonPath<double, 5> path(block);
    for (std::size_t i = 0; i < 30; ++i) path.move(block, [&](std::size_t k) { return normals[10 * i + k]; });
    const WorstOfSample<double, 5> sample(block, path);
    mean += sample.amount / 101.0;
    for (std::size_t a = 0; a < 5; ++a) deltas[a] += sample.by_log_spot[a] / 101.0;
  }
  std::vector<plimsoll_kernels::WorstOfMoments> all;
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(set)) continue;
    plimsoll_kernels::WorstOfMoments found{};
    path_kernels(set).worst_of_block(block, found);
    EXPECT_NEAR(found.mean[0], mean, 1e-12);
    for (std::size_t a = 0; a < 5; ++a) EXPECT_NEAR(found.mean[1 + a], deltas[a], 1e-12);
    all.push_back(found);
  }
  if (all.size() == 3) {
    EXPECT_TRUE(std::ranges::equal(all[1].mean, all[2].mean));
    EXPECT_TRUE(std::ranges::equal(all[1].squares, all[2].squares));
  }
}

TEST(WorstOfHeston, kernels_of_every_number_of_assets_agree_over_the_instruction_sets) {
  for (std::size_t assets = 1; assets <= 6; ++assets) {
    plimsoll_kernels::WorstOfBlock block{};
    block.side = -1.0;
    block.strike = 1.0;
    block.assets = assets;
    block.steps = 7;
    block.step = 1.0 / 7.0;
    std::size_t entry = 0;
    for (std::size_t i = 0; i < 2 * assets; ++i)
      for (std::size_t k = 0; k <= i; ++k) block.factor[entry++] = (i == k ? 0.8 : 0.1) * std::sqrt(block.step);
    for (std::size_t a = 0; a < assets; ++a) {
      block.variance[a] = 0.03 + 0.01 * static_cast<double>(a);
      block.mean_reversion[a] = 1.5;
      block.long_variance[a] = 0.05;
      block.volatility_of_variance[a] = 0.6;
    }
    block.seed = 4;
    block.stream = 2;
    block.paths = 45;
    std::vector<plimsoll_kernels::WorstOfMoments> all;
    for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
      if (!is_supported(set)) continue;
      plimsoll_kernels::WorstOfMoments found{};
      path_kernels(set).worst_of_block(block, found);
      all.push_back(found);
    }
    EXPECT_GT(all.front().mean[0], 0.0) << assets;
    for (const auto& other : all)
      for (std::size_t m = 0; m <= assets; ++m) EXPECT_NEAR(other.mean[m], all.front().mean[m], 1e-12) << assets;
    if (all.size() == 3) {
      EXPECT_TRUE(std::ranges::equal(all[1].mean, all[2].mean)) << assets;
      EXPECT_TRUE(std::ranges::equal(all[1].squares, all[2].squares)) << assets;
    }
  }
}

TEST(WorstOfHeston, gives_the_same_bits_for_any_number_of_threads) {
  const auto run = [](std::int64_t threads) {
    return monte_carlo_worst_of(worst_of(OptionType::put, 2, 100.0), alike(broadie_kaya, 2, 0.3), {5000, 2, threads},
                                6);
  };
  EXPECT_EQ(run(1)->price.mean, run(3)->price.mean);
  EXPECT_EQ(run(1)->deltas[1].standard_error, run(3)->deltas[1].standard_error);
}

TEST(WorstOfHeston, refuses_input_that_makes_no_sense) {
  const auto refused = [](auto change, const std::string& field) {
    BasketOption option = worst_of(OptionType::put, 2, 100.0);
    CorrelatedHeston model = alike(broadie_kaya, 2, 0.3);
    std::int64_t steps = 8;
    change(option, model, steps);
    const auto found = monte_carlo_worst_of(option, model, {1000, 1, 1}, steps);
    ASSERT_FALSE(found) << field;
    EXPECT_EQ(found.error().field, field) << found.error().message();
  };
  using O = BasketOption;
  using M = CorrelatedHeston;
  using S = std::int64_t;
  constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
  refused([](O& o, M&, S&) { o.of = Aggregate::largest; }, "of");
  refused([](O& o, M&, S&) { o.weights.push_back(1.0); }, "weights");
  refused([](O& o, M&, S&) { o.expiry = 0.0; }, "expiry");
  refused([](O& o, M&, S&) { o.strike = nan_value; }, "strike");
  refused([](O&, M&, S& s) { s = 0; }, "steps");
  refused([](O&, M& m, S&) { m.assets.clear(); }, "assets");
  refused([](O&, M& m, S&) { m.assets[1].spot = 0.0; }, "spot");
  refused([](O&, M& m, S&) { m.assets[1].rate = 0.05; }, "rate");
  refused([](O&, M& m, S&) { m.assets[0].variance = -0.01; }, "variance");
  refused([](O&, M& m, S&) { m.correlation = Matrix(2, 2); }, "correlation");
  refused([](O&, M& m, S&) { m.assets[0].correlation = 0.1; }, "correlation");
  refused([](O&, M& m, S&) { m.correlation(3, 3) = 1.1; }, "correlation");
  const auto singular = [](O&, M& m, S&) { m.correlation(0, 2) = m.correlation(2, 0) = 1.5; };
  BasketOption option = worst_of(OptionType::put, 2, 100.0);
  M model = alike(broadie_kaya, 2, 0.3);
  S steps = 8;
  singular(option, model, steps);
  EXPECT_FALSE(monte_carlo_worst_of(option, model, {1000, 1, 1}, steps)) << "not positive definite";
  EXPECT_FALSE(monte_carlo_worst_of(option, alike(broadie_kaya, 2, 0.3), {0, 1, 1}, steps));
}

}  // namespace
}  // namespace plimsoll
