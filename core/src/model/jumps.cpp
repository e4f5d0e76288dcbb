#include "flaw.hpp"
#include "plimsoll/model/bates.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/model/merton.hpp"
#include "plimsoll/model/variance_gamma.hpp"

namespace plimsoll {

namespace {

template <class Model>
std::optional<Error> flaw_of_jumps(const Model& model) {
  if (auto flaw = flaw_of_amount("jump_intensity", model.jump_intensity)) return flaw;
  if (auto flaw = flaw_of_number("mean_log_jump", model.mean_log_jump)) return flaw;
  return flaw_of_amount("log_jump_deviation", model.log_jump_deviation);
}

}  // namespace

std::optional<Error> find_flaw(const Merton<double>& model) {
  if (auto flaw = flaw_of_carry(model)) return flaw;
  if (auto flaw = flaw_of_amount("volatility", model.volatility)) return flaw;
  return flaw_of_jumps(model);
}

std::optional<Error> find_flaw(const Bates<double>& model) {
  if (auto flaw =
          find_flaw(Heston<double>{model.spot, model.rate, model.dividend_yield, model.variance, model.mean_reversion,
                                   model.long_variance, model.volatility_of_variance, model.correlation}))
    return flaw;
  return flaw_of_jumps(model);
}

std::optional<Error> find_flaw(const VarianceGamma<double>& model) {
  if (auto flaw = flaw_of_carry(model)) return flaw;
  if (auto flaw = flaw_of_amount("volatility", model.volatility)) return flaw;
  if (auto flaw = flaw_of_amount("variance_rate", model.variance_rate)) return flaw;
  if (auto flaw = flaw_of_number("drift", model.drift)) return flaw;
  const double growth = model.variance_rate * (model.drift + 0.5 * model.volatility * model.volatility);
  if (growth < 1.0) return std::nullopt;
  return refused_parameter("variance_rate", model.variance_rate,
                           "below 1 / (drift + volatility^2 / 2), else the spot has no expectation");
}

}  // namespace plimsoll
