#include "plimsoll/model/heston.hpp"

#include "flaw.hpp"
#include "plimsoll/model/rough_heston.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Heston<double>& model) {
  if (auto flaw = flaw_of_carry(model)) return flaw;
  if (auto flaw = flaw_of_amount("variance", model.variance)) return flaw;
  if (auto flaw = flaw_of_amount("mean_reversion", model.mean_reversion)) return flaw;
  if (auto flaw = flaw_of_amount("long_variance", model.long_variance)) return flaw;
  if (auto flaw = flaw_of_amount("volatility_of_variance", model.volatility_of_variance)) return flaw;
  return flaw_of_correlation(model.correlation);
}

std::optional<Error> find_flaw(const RoughHeston<double>& model) {
  if (auto flaw =
          find_flaw(Heston<double>{model.spot, model.rate, model.dividend_yield, model.variance, model.mean_reversion,
                                   model.long_variance, model.volatility_of_variance, model.correlation}))
    return flaw;
  if (model.hurst > 0.0 && model.hurst <= 0.5) return std::nullopt;
  return refused_parameter("hurst", model.hurst, "a number above 0 and not above 1/2");
}

}  // namespace plimsoll
