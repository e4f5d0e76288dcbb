#include "plimsoll/model/heston.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Heston<double>& model) {
  if (auto flaw = flaw_of_carry(model)) return flaw;
  if (auto flaw = flaw_of_amount("variance", model.variance)) return flaw;
  if (auto flaw = flaw_of_amount("mean_reversion", model.mean_reversion)) return flaw;
  if (auto flaw = flaw_of_amount("long_variance", model.long_variance)) return flaw;
  if (auto flaw = flaw_of_amount("volatility_of_variance", model.volatility_of_variance)) return flaw;
  return flaw_of_correlation(model.correlation);
}

}  // namespace plimsoll
