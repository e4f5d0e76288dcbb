#include "plimsoll/statistics/expected_shortfall_backtest.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/statistics/check.hpp"
#include "plimsoll/statistics/distributions.hpp"
#include "plimsoll/statistics/student_t_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

namespace plimsoll {
namespace {

constexpr std::int64_t most_simulations = 10'000'000;
constexpr std::int64_t most_days = 1'000'000;
constexpr std::size_t simulations_in_block = 256;
constexpr int most_threads = 256;

/// Uniform draws of one stream, one at a time.
class Uniforms {
 public:
  Uniforms(std::uint64_t seed, std::uint64_t stream) noexcept : stream_(seed, stream) {}

  double next() noexcept {
    if (position_ == block_.size()) {
      stream_.fill_uniform(block_);
      position_ = 0;
    }
    return block_[position_++];
  }

 private:
  RandomStream stream_;
  std::array<double, 16> block_{};
  std::size_t position_ = 16;
};

struct NullShape {
  double tail, log_quiet, degrees_of_freedom;
  double expected_shortfall = 0.0;

  explicit NullShape(const Z2Null& null) noexcept
      : tail(null.tail_probability),
        log_quiet(std::log1p(-null.tail_probability)),
        degrees_of_freedom(null.degrees_of_freedom) {
    expected_shortfall = degrees_of_freedom == 0.0
                             ? normal_pdf(normal_quantile(tail)) / tail
                             : student_t_expected_shortfall(StudentT{0.0, 1.0, degrees_of_freedom}, tail);
  }

  [[nodiscard]] double quantile(double probability) const noexcept {
    return degrees_of_freedom == 0.0 ? normal_quantile(probability)
                                     : student_t_quantile(probability, degrees_of_freedom);
  }
};

/// One history: quiet days between hits are geometric, and a hit's profit is drawn from the tail alone, so the cost is
/// that of the hits, not of the days.
double simulate(const NullShape& shape, const Z2Null& null, std::uint64_t stream) noexcept {
  Uniforms uniforms{null.seed, stream};
  const auto days = static_cast<double>(null.observations);
  double sum = 0.0;
  double day = 0.0;
  for (;;) {
    day += 1.0 + std::floor(std::log(uniforms.next()) / shape.log_quiet);
    if (day > days) break;
    sum += shape.quantile(shape.tail * uniforms.next());
  }
  return sum / (days * shape.tail * shape.expected_shortfall) + 1.0;
}

std::optional<Error> find_flaw(const Z2Null& null, int threads) {
  if (auto flaw = check::open_probability(null.tail_probability, "tail_probability")) return flaw;
  if (auto flaw = check::within(null.observations, 1, most_days, "observations")) return flaw;
  if (auto flaw = check::within(null.simulations, 1, most_simulations, "simulations")) return flaw;
  if (auto flaw = check::within(threads, 1, most_threads, "threads")) return flaw;
  const double nu = null.degrees_of_freedom;
  return check::refuse_unless(nu == 0.0 || (nu > 1.0 && nu <= 1e6), "degrees_of_freedom", text_of(nu),
                              "0 for the normal distribution, or above 1 and at most 1e6",
                              "the mean beyond a quantile exists above 1 only");
}

}  // namespace

Result<double> acerbi_szekely_z2(std::span<const double> profit, std::span<const double> value_at_risk,
                                 std::span<const double> expected_shortfall, double tail_probability) {
  if (auto flaw = check::at_least(profit.size(), 1, "profit")) return *flaw;
  if (auto flaw = check::sized(value_at_risk.size(), profit.size(), "value_at_risk")) return *flaw;
  if (auto flaw = check::sized(expected_shortfall.size(), profit.size(), "expected_shortfall")) return *flaw;
  if (auto flaw = check::finite(profit, "profit")) return *flaw;
  if (auto flaw = check::finite(value_at_risk, "value_at_risk")) return *flaw;
  if (auto flaw = check::open_probability(tail_probability, "tail_probability")) return *flaw;
  double sum = 0.0;
  for (std::size_t i = 0; i < profit.size(); ++i) {
    if (auto flaw = check::positive(expected_shortfall[i], "expected_shortfall")) {
      flaw->field += "[" + std::to_string(i) + "]";
      return *flaw;
    }
    if (profit[i] < -value_at_risk[i]) sum += profit[i] / expected_shortfall[i];
  }
  return sum / (static_cast<double>(profit.size()) * tail_probability) + 1.0;
}

Result<std::vector<double>> acerbi_szekely_z2_null(const Z2Null& null, int threads) {
  if (auto flaw = find_flaw(null, threads)) return *flaw;
  const NullShape shape{null};
  std::vector<double> values(static_cast<std::size_t>(null.simulations));
  parallel_blocks(values.size(), simulations_in_block, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) values[i] = simulate(shape, null, i);
  });
  std::ranges::sort(values);
  return values;
}

Result<double> critical_value(std::span<const double> ascending, double significance) {
  if (auto flaw = check::open_probability(significance, "significance")) return *flaw;
  const double rank = std::ceil(static_cast<double>(ascending.size()) * significance);
  if (auto flaw =
          check::at_least(ascending.size(), static_cast<std::size_t>(std::ceil(1.0 / significance)), "ascending"))
    return *flaw;
  return ascending[static_cast<std::size_t>(rank) - 1];
}

Result<double> simulated_p_value(std::span<const double> ascending, double statistic) {
  if (auto flaw = check::at_least(ascending.size(), 1, "ascending")) return *flaw;
  if (auto flaw = check::refuse_unless(std::isfinite(statistic), "statistic", text_of(statistic), "a finite number",
                                       "compute the statistic first"))
    return *flaw;
  const auto below = std::ranges::upper_bound(ascending, statistic) - ascending.begin();
  return (1.0 + static_cast<double>(below)) / (1.0 + static_cast<double>(ascending.size()));
}

}  // namespace plimsoll
