#include "plimsoll/method/closed_form/bounded_cliquet.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

/// Expected ratio of two spots above a level.
double expected_excess(const BlackScholes<double>& ratio, double years, double level) {
  if (std::isinf(level)) return 0.0;
  const double mean = ratio.spot * std::exp((ratio.rate - ratio.dividend_yield) * years);
  const double deviation = ratio.volatility * std::sqrt(years);
  if (!(level > 0.0) || !(deviation > 0.0) || !(mean > 0.0)) return std::max(mean - level, 0.0);
  const double upper = std::log(mean / level) / deviation + 0.5 * deviation;
  return mean * normal_cdf(upper) - level * normal_cdf(upper - deviation);
}

}  // namespace

double expected_bounded_sum(const BoundedCliquet& option, const BlackScholes<double>& model) {
  double sum = option.past_sum;
  double now = 0.0;
  BlackScholes<double> ratio = model;
  ratio.spot = model.spot / option.last_fixing;
  for (const double date : option.reset_dates) {
    sum += option.local_floor + expected_excess(ratio, date - now, 1.0 + option.local_floor) -
           expected_excess(ratio, date - now, 1.0 + option.local_cap);
    now = date;
    ratio.spot = 1.0;
  }
  return sum;
}

Result<double> closed_form_price(const BoundedCliquet& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const auto periods = static_cast<double>(option.reset_dates.size());
  const double least = option.past_sum + periods * option.local_floor;
  const double most = option.past_sum + periods * option.local_cap;
  if (option.global_floor > least || option.global_cap < most)
    return Error{ErrorCode::unsupported, "global_floor", text_of(option.global_floor),
                 "global bounds beyond " + text_of(least) + " and " + text_of(most), "use the simulation"};
  return option.notional * std::exp(-model.rate * option.reset_dates.back()) * expected_bounded_sum(option, model);
}

}  // namespace plimsoll
