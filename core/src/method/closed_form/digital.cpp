#include "plimsoll/method/closed_form/digital.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"

namespace plimsoll {

LinearPayoff linear_payoff(const Digital& option) {
  LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  if (option.payout == Payout::difference) payoff.per_cash = -sign(option.type) * option.paid_strike;
  return payoff;
}

Result<PricedGreeks> closed_form(const Digital& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (!is_certain(model, option.expiry))
    return within_doubles(adjoint_greeks(model, option.expiry, [&]<class R>(const auto& m, const R& years) {
      return digital_price<R>(option, m, years);
    }));
  const double last = certain_spot(model, option.expiry);
  return within_doubles(
      adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) -> R {
        return exp(-m.rate * years) * certain_payoff<R>(linear_payoff(option), certain_spot<R>(m, years), last);
      }));
}

}  // namespace plimsoll
