#include "plimsoll/method/tree/shout.hpp"

#include "open_lattice.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/deterministic.hpp"

#include <vector>

namespace plimsoll {

namespace {

/// What shouting is worth at a level: so much per unit of spot, and the discounted strike.
template <Real R>
struct ShoutLine {
  R per_spot, per_cash;
};

template <Real R>
std::vector<ShoutLine<R>> shout_lines(const Shout& option, const BlackScholes<R>& model, std::size_t steps) {
  std::vector<ShoutLine<R>> lines;
  BlackScholes<R> unit = model;
  unit.spot = R{1.0};
  const double side = sign(option.type);
  for (std::size_t level = 0; level <= steps; ++level) {
    const double left = option.expiry * static_cast<double>(steps - level) / static_cast<double>(steps);
    const R discount = exp(model.rate * -left);
    const R at_the_money = black_scholes_price<R>(side, 1.0, left, unit);
    lines.push_back({side * discount + at_the_money, -side * option.strike * discount});
  }
  return lines;
}

}  // namespace

Result<PricedGreeks> on_lattice(const Shout& option, const BlackScholes<double>& model, const Trinomial& settings) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(Method{settings})) return *flaw;
  if (is_deterministic(option.strike, option.expiry, model))
    return Error{ErrorCode::unsupported, "volatility", text_of(model.volatility),
                 "a spot, a strike, a time to expiry and a volatility above zero",
                 "without chance a shout option is the amount in the money on the best date of the certain path"};
  const NodePayoff payoff{linear_payoff(option.type, Payout::difference, option.strike, 0.0)};
  const ShoutLine<double> now = shout_lines<double>(option, model, steps_of(settings)).front();
  const double shouted = now.per_spot * model.spot + now.per_cash;
  const auto holds = [&](std::size_t steps, std::size_t coarsening) {
    return open_holds(model, option.expiry, steps / (coarsening * coarsening));
  };
  const auto found =
      extrapolated_measures(model, settings, 0.0, 0.0, holds, [&](std::size_t steps, std::size_t coarsening) {
        const std::size_t count = steps / (coarsening * coarsening);
        return open_measures(
            payoff,
            [&]<class R>(const BlackScholes<R>& moved) {
              return [lines = shout_lines<R>(option, moved, count)](std::size_t level, double spot) {
                return R{lines[level].per_spot * spot + lines[level].per_cash};
              };
            },
            model, option.expiry, count);
      });
  if (!found) return found.error();
  PricedGreeks priced = found->priced;
  priced.price = std::max(priced.price, shouted);
  return priced;
}

}  // namespace plimsoll
