#include "plimsoll/model/local_volatility_grid.hpp"

#include <cmath>
#include <string>

namespace plimsoll {

namespace {

std::optional<Error> refuse(const char* field, std::string value, const char* allowed, const char* fix) {
  return Error{ErrorCode::invalid_value, field, std::move(value), allowed, fix};
}

constexpr std::size_t most_cells = std::size_t{1} << 24U;
const char* const correct = "correct the model's parameter";

std::optional<Error> flaw_of_grid(const LocalVolatilityGrid& model) {
  double before = 0.0;
  if (model.times.empty()) return refuse("times", "[]", "at least one row", "give the time up to which each row holds");
  for (const double time : model.times) {
    if (!(time > before && std::isfinite(time)))
      return refuse("times", text_of(time), "years above zero, ascending", "sort the rows by time");
    before = time;
  }
  if (!(model.low_spot > 0.0 && model.high_spot > model.low_spot && std::isfinite(model.high_spot)))
    return refuse("low_spot", text_of(model.low_spot), "above zero and below high_spot", "exchange the two spots");
  if (model.columns < 2)
    return refuse("columns", std::to_string(model.columns), "two or more", "give a volatility at both ends at least");
  if (model.columns > most_cells / model.times.size())
    return refuse("columns", std::to_string(model.columns), "so many that rows times columns are 16777216 at most",
                  "give fewer columns");
  return std::nullopt;
}

}  // namespace

std::optional<Error> flaw_of_axes(const LocalVolatilityGrid& model) {
  if (!(model.spot > 0.0 && std::isfinite(model.spot)))
    return refuse("spot", text_of(model.spot), "a finite number above zero", correct);
  if (!std::isfinite(model.rate)) return refuse("rate", text_of(model.rate), "a finite number", correct);
  if (!std::isfinite(model.dividend_yield))
    return refuse("dividend_yield", text_of(model.dividend_yield), "a finite number", correct);
  return flaw_of_grid(model);
}

std::optional<Error> find_flaw(const LocalVolatilityGrid& model) {
  if (auto flaw = flaw_of_axes(model)) return flaw;
  if (model.volatilities.size() != model.times.size() * model.columns)
    return refuse("volatilities", std::to_string(model.volatilities.size()) + " of them", "rows times columns",
                  "give one volatility for each row and column");
  for (const double volatility : model.volatilities)
    if (!(volatility >= 0.0 && std::isfinite(volatility)))
      return refuse("volatilities", text_of(volatility), "finite numbers, zero or above", correct);
  return std::nullopt;
}

double column_spot(const LocalVolatilityGrid& model, std::size_t column) noexcept {
  const double share = static_cast<double>(column) / static_cast<double>(model.columns - 1);
  return model.low_spot * std::exp(share * std::log(model.high_spot / model.low_spot));
}

}  // namespace plimsoll
