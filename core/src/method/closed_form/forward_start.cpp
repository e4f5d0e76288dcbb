#include "plimsoll/method/closed_form/forward_start.hpp"

#include "plimsoll/method/closed_form/adjoint_greeks.hpp"

#include <cstddef>
#include <span>

namespace plimsoll {

namespace {

Result<PricedGreeks> one_after_the_other(OptionType type, double moneyness, std::span<const double> dates,
                                         const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(model)) return *flaw;
  const double first = dates.front();
  PricedGreeks priced = adjoint_greeks(model, first, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    R sum{0.0};
    for (std::size_t i = 1; i < dates.size(); ++i)
      sum += forward_start_price<R>(type, moneyness, dates[i] - dates[i - 1], m, R(years + (dates[i - 1] - first)));
    return sum;
  });
  priced.greeks.gamma = 0.0;  // in proportion to the spot
  return within_doubles(priced);
}

}  // namespace

Result<PricedGreeks> closed_form(const ForwardStart& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  const double dates[] = {option.start, option.expiry};
  return one_after_the_other(option.type, option.moneyness, dates, model);
}

Result<PricedGreeks> closed_form(const Cliquet& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  return one_after_the_other(option.type, option.moneyness, option.dates, model);
}

}  // namespace plimsoll
