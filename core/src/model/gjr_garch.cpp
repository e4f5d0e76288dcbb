#include "plimsoll/model/gjr_garch.hpp"

#include "flaw.hpp"

#include <cmath>

namespace plimsoll {

std::optional<Error> find_flaw(const GjrGarch<double>& model) {
  if (auto flaw = flaw_of_positive("spot", model.spot)) return flaw;
  if (auto flaw = flaw_of_carry(model)) return flaw;
  if (auto flaw = flaw_of_positive("variance", model.variance)) return flaw;
  if (auto flaw = flaw_of_amount("constant", model.constant)) return flaw;
  if (auto flaw = flaw_of_amount("reaction", model.reaction)) return flaw;
  if (auto flaw = flaw_of_amount("persistence", model.persistence)) return flaw;
  if (!(model.reaction + model.leverage >= 0.0 && std::isfinite(model.leverage)))
    return refused_parameter("leverage", model.leverage, "a finite number from minus the reaction");
  if (auto flaw = flaw_of_number("risk_premium", model.risk_premium)) return flaw;
  return flaw_of_positive("days_per_year", model.days_per_year);
}

Result<double> stationary_variance(const GjrGarch<double>& model) {
  const double growth = variance_growth(model);
  if (!(growth < 1.0)) return refused_parameter("variance_growth", growth, "below 1, so that a variance stays");
  return model.constant / (1.0 - growth);
}

Result<std::int64_t> days_until(double years, const GjrGarch<double>& model) {
  constexpr double most_days = 3650.0;
  constexpr double share_of_day = 1e-6;
  const double days = years * model.days_per_year;
  const double whole = std::round(days);
  if (!(std::abs(days - whole) <= share_of_day && whole >= 0.0 && whole <= most_days))
    return Error{ErrorCode::invalid_value, "expiry", text_of(years), "the end of one of the model's first 3650 days",
                 "give a whole number of days over days_per_year"};
  return static_cast<std::int64_t>(whole);
}

}  // namespace plimsoll
