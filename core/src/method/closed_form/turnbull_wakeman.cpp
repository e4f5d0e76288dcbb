#include "plimsoll/method/closed_form/turnbull_wakeman.hpp"

#include <cmath>
#include <string>

namespace plimsoll {

Result<double> turnbull_wakeman_by_dates(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                         std::span<const double> volatilities) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (volatilities.size() != option.fixings.size() || option.fixings.empty())
    return Error{ErrorCode::invalid_value, "volatilities", std::to_string(volatilities.size()) + " values",
                 "one for each of the " + std::to_string(option.fixings.size()) + " fixings to come, at least one",
                 "give the Black volatility to each fixing"};
  std::vector<double> variances;
  for (std::size_t i = 0; i < volatilities.size(); ++i) {
    if (!(volatilities[i] >= 0.0 && std::isfinite(volatilities[i])))
      return Error{ErrorCode::invalid_value, "volatilities", text_of(volatilities[i]), "finite numbers >= 0",
                   "give the Black volatility to each fixing"};
    variances.push_back(volatilities[i] * volatilities[i] * option.fixings[i]);
  }
  return price_by_moments<double>(option, average_moments<double>(model, option.fixings, variances),
                                  discount_factor(model, option.expiry));
}

}  // namespace plimsoll
