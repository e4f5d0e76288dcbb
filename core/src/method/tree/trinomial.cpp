#include "plimsoll/method/tree/trinomial.hpp"

#include "textbook_lattice.hpp"
#include "trinomial_step.hpp"

#include <cmath>

namespace plimsoll {

namespace {

struct TrinomialStep {
  template <Real R>
  LatticeStep<R, 3> operator()(const BlackScholes<R>& model, double years) const {
    const R move = model.volatility * std::sqrt(3.0 * years);
    const std::array<R, 3> chances = trinomial_probabilities<R>(model, years, move);
    const R discount = exp(model.rate * -years);
    return {years, R{0.0}, R{-move}, {discount * chances[0], discount * chances[1], discount * chances[2]}};
  }
};

TextbookLattice<3, TrinomialStep> lattice_of(const Trinomial& settings, LatticeWorkspace& workspace) noexcept {
  return {{}, settings.steps, settings.extrapolation, settings.last_step, workspace};
}

}  // namespace

double trinomial_price(const VanillaCase& option, const Trinomial& settings, LatticeWorkspace& workspace) noexcept {
  return lattice_of(settings, workspace).price(option);
}

PricedGreeks trinomial(const VanillaCase& option, const Trinomial& settings, LatticeWorkspace& workspace) noexcept {
  return lattice_of(settings, workspace).priced(option);
}

}  // namespace plimsoll
