#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/numerics/correlation.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// Log-normal spots under one rate, each with a yield and a volatility of its own, moved by correlated Brownian
/// motions. The correlation matrix stands row after row.
template <Real R>
struct CorrelatedBlackScholes {
  std::vector<R> spots;
  R rate;
  std::vector<R> dividend_yields;
  std::vector<R> volatilities;
  std::vector<R> correlation;

  friend bool operator==(const CorrelatedBlackScholes&, const CorrelatedBlackScholes&) = default;
};

template <Real R>
struct Fields<CorrelatedBlackScholes<R>> {
  using Model = CorrelatedBlackScholes<R>;
  static constexpr std::string_view name = "CorrelatedBlackScholes";
  static constexpr auto list = std::make_tuple(
      field("spots", &Model::spots), field("rate", &Model::rate), field("dividend_yields", &Model::dividend_yields),
      field("volatilities", &Model::volatilities), field("correlation", &Model::correlation));
};

/// The correlation of the model as a matrix; the number of entries is the square of the number of spots.
Matrix correlation_matrix(const CorrelatedBlackScholes<double>& model);

/// The first parameter that makes no sense, if there is one. Zero spots and volatilities are limits, not flaws.
std::optional<Error> find_flaw(const CorrelatedBlackScholes<double>& model);

/// The exact log-normal steps of every asset from date to date, worked out once and then taken along many paths.
/// Source: Glasserman (2003), Monte Carlo Methods in Financial Engineering, sec. 3.2.3.
template <Real R>
class CorrelatedSteps {
 public:
  CorrelatedSteps(const CorrelatedBlackScholes<R>& model, std::span<const double> dates)
      : spots_(model.spots), growth_(dates.size() * spots_.size()), loads_(growth_.size() * spots_.size()) {
    const std::size_t n = spots_.size();
    std::vector<R> factor(n * n);
    correlation_factor<R>(n, model.correlation, factor);
    double now = 0.0;
    for (std::size_t d = 0; d < dates.size(); now = dates[d++])
      for (std::size_t i = 0; i < n; ++i) {
        const double step = dates[d] - now;
        const R& volatility = model.volatilities[i];
        growth_[d * n + i] = (model.rate - model.dividend_yields[i] - 0.5 * volatility * volatility) * step;
        for (std::size_t k = 0; k <= i; ++k)
          loads_[(d * n + i) * n + k] = volatility * std::sqrt(step) * factor[i * n + k];
      }
  }

  /// Writes the spots date after date, on each date asset after asset, from as many independent normal draws.
  void fill(std::span<const Passive<R>> normals, std::span<R> path) const {
    const std::size_t n = spots_.size();
    for (std::size_t row = 0; row < growth_.size(); ++row) {
      const std::size_t date = row / n;
      R exponent = growth_[row];
      for (std::size_t k = 0; k <= row % n; ++k) exponent += loads_[row * n + k] * normals[date * n + k];
      path[row] = (date == 0 ? spots_[row] : path[row - n]) * exp(exponent);
    }
  }

 private:
  std::vector<R> spots_;
  std::vector<R> growth_;  // of the logarithm, by date and asset
  std::vector<R> loads_;   // of each draw on it
};

}  // namespace plimsoll
