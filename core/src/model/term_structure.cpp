#include "plimsoll/model/term_structure.hpp"

#include <cmath>
#include <string>

namespace plimsoll {

namespace {

std::optional<Error> refuse(const char* field, std::string value, const char* allowed) {
  return Error{ErrorCode::invalid_value, field, std::move(value), allowed, "correct the model's parameter"};
}

std::optional<Error> flaw_of_column(const char* field, const std::vector<double>& column, std::size_t pillars) {
  if (column.size() != pillars)
    return refuse(field, std::to_string(column.size()) + " of them", "as many as there are pillars");
  for (const double value : column)
    if (!std::isfinite(value)) return refuse(field, text_of(value), "finite numbers");
  return std::nullopt;
}

}  // namespace

std::optional<Error> find_flaw(const TermStructureBlackScholes<double>& model) {
  if (!(model.spot > 0.0 && std::isfinite(model.spot)))
    return refuse("spot", text_of(model.spot), "a finite number above zero");
  if (model.pillars.empty()) return refuse("pillars", "[]", "at least one time in years");
  double before = 0.0;
  for (const double pillar : model.pillars) {
    if (!(pillar > before && std::isfinite(pillar)))
      return refuse("pillars", text_of(pillar), "times in years above zero, ascending");
    before = pillar;
  }
  if (auto flaw = flaw_of_column("rates", model.rates, model.pillars.size())) return flaw;
  if (auto flaw = flaw_of_column("dividend_yields", model.dividend_yields, model.pillars.size())) return flaw;
  if (auto flaw = flaw_of_column("volatilities", model.volatilities, model.pillars.size())) return flaw;
  for (const double volatility : model.volatilities)
    if (!(volatility > 0.0)) return refuse("volatilities", text_of(volatility), "finite numbers above zero");
  return std::nullopt;
}

}  // namespace plimsoll
