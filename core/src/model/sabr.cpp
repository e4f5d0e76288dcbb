#include "plimsoll/model/sabr.hpp"

#include "flaw.hpp"
#include "plimsoll/numerics/density.hpp"
#include "plimsoll/real/dual.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Sabr<double>& model) {
  if (auto flaw = flaw_of_positive("level", model.level)) return flaw;
  if (!(model.elasticity >= 0.0 && model.elasticity <= 1.0))
    return refused_parameter("elasticity", model.elasticity, "a number from 0 to 1");
  if (auto flaw = flaw_of_amount("volatility_of_level", model.volatility_of_level)) return flaw;
  if (model.correlation > -1.0 && model.correlation < 1.0) return std::nullopt;
  return refused_parameter("correlation", model.correlation, "a number above -1 and below 1");
}

std::optional<Error> find_flaw_of_smile(double forward, double strike, double years) {
  if (auto flaw = flaw_of_positive("forward", forward)) return flaw;
  if (auto flaw = flaw_of_positive("strike", strike)) return flaw;
  return flaw_of_positive("years", years);
}

Result<std::vector<DensityFlaw>> sabr_density_flaws(const Sabr<double>& model, double forward, double years,
                                                    std::span<const double> strikes) {
  using R = Dual<Dual<double>>;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw_of_smile(forward, forward, years)) return *flaw;
  const Sabr<R> constants{R{model.level}, R{model.elasticity}, R{model.volatility_of_level}, R{model.correlation}};
  std::vector<DensityFlaw> flaws;
  for (const double strike : strikes) {
    if (auto flaw = find_flaw_of_smile(forward, strike, years)) return *flaw;
    const double log_strike = std::log(strike / forward);
    // Twice in the direction of the log-strike: the tangents are first and second derivatives.
    const R moved = R{forward} * exp(R{Dual<double>{log_strike, 1.0}, Dual<double>{1.0, 0.0}});
    const R volatility = hagan_volatility<R>(constants, R{forward}, moved, years);
    const R variance = volatility * volatility * R{years};
    const double density =
        density_ratio(log_strike, {variance.value.value, variance.value.tangent, variance.tangent.tangent});
    if (!(density >= 0.0)) flaws.push_back({strike, density});
  }
  return flaws;
}

}  // namespace plimsoll
