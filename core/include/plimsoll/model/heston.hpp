#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A spot whose variance v reverts to a mean: dS/S = (rate - dividend_yield) dt + sqrt(v) dW and
/// dv = mean_reversion (long_variance - v) dt + volatility_of_variance sqrt(v) dB, with d<W, B> = correlation dt.
/// Source: Heston (1993), A closed-form solution for options with stochastic volatility, RFS 6, 327-343.
template <Real R>
struct Heston {
  R spot;
  R rate;
  R dividend_yield;
  R variance;  // today's
  R mean_reversion;
  R long_variance;
  R volatility_of_variance;
  R correlation;

  friend bool operator==(const Heston&, const Heston&) = default;
};

template <Real R>
struct Fields<Heston<R>> {
  static constexpr std::string_view name = "Heston";
  static constexpr auto list = std::make_tuple(
      field("spot", &Heston<R>::spot), field("rate", &Heston<R>::rate),
      field("dividend_yield", &Heston<R>::dividend_yield), field("variance", &Heston<R>::variance),
      field("mean_reversion", &Heston<R>::mean_reversion), field("long_variance", &Heston<R>::long_variance),
      field("volatility_of_variance", &Heston<R>::volatility_of_variance),
      field("correlation", &Heston<R>::correlation));
};

/// The first parameter that makes no sense, if there is one. Zeros are limits, not flaws, and so is a variance that
/// reaches zero (Feller's condition does not hold).
std::optional<Error> find_flaw(const Heston<double>& model);

/// Expectation of v after `years`.
template <Real R>
R expected_variance(const Heston<R>& model, double years) {
  return model.long_variance + (model.variance - model.long_variance) * exp(model.mean_reversion * -years);
}

/// Two mean_reversion long_variance over volatility_of_variance squared: from 1 on the variance never reaches zero.
/// Source: Feller (1951), Two singular diffusion problems, Ann. Math. 54.
template <Real R>
R feller_ratio(const Heston<R>& model) {
  return 2.0 * model.mean_reversion * model.long_variance /
         (model.volatility_of_variance * model.volatility_of_variance);
}

}  // namespace plimsoll
