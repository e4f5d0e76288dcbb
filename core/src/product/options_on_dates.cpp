#include "flaw.hpp"
#include "plimsoll/product/chooser.hpp"
#include "plimsoll/product/cliquet.hpp"
#include "plimsoll/product/compound.hpp"
#include "plimsoll/product/continuous_asian.hpp"
#include "plimsoll/product/extendible.hpp"
#include "plimsoll/product/forward_start.hpp"

#include <cstddef>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_moneyness(double moneyness) {
  return flaw_of_amount("moneyness", moneyness, "give the strike as a multiple of the spot, >= 0");
}

}  // namespace

std::optional<Error> find_flaw(const Compound& option) {
  if (auto flaw = flaw_of_option(option.strike, option.expiry)) return flaw;
  if (auto flaw = flaw_of_amount("daughter_strike", option.daughter_strike, "give the strike as a price >= 0"))
    return flaw;
  return flaw_of_order("expiry", option.expiry, "daughter_expiry", option.daughter_expiry);
}

std::optional<Error> find_flaw(const Chooser& option) {
  if (auto flaw = flaw_of_amount("call_strike", option.call_strike, "give the strike as a price >= 0")) return flaw;
  if (auto flaw = flaw_of_amount("put_strike", option.put_strike, "give the strike as a price >= 0")) return flaw;
  if (option.choice < 0.0) return flaw_of_expiry(option.choice);
  if (auto flaw = flaw_of_order("choice", option.choice, "call_expiry", option.call_expiry)) return flaw;
  return flaw_of_order("choice", option.choice, "put_expiry", option.put_expiry);
}

std::optional<Error> find_flaw(const ForwardStart& option) {
  if (auto flaw = flaw_of_moneyness(option.moneyness)) return flaw;
  if (auto flaw = flaw_of_expiry(option.expiry)) return flaw;
  return flaw_of_order("start", option.start, "expiry", option.expiry);
}

std::optional<Error> find_flaw(const Cliquet& option) {
  if (auto flaw = flaw_of_moneyness(option.moneyness)) return flaw;
  if (option.dates.size() < 2)
    return Error{ErrorCode::missing_field, "dates", std::to_string(option.dates.size()) + " dates",
                 "at least two: a beginning and an end", "list the dates between which the options run"};
  for (std::size_t i = 0; i < option.dates.size(); ++i) {
    const double date = option.dates[i];
    if (auto flaw = flaw_of_amount("dates", date, "give the dates in years from the valuation date")) return flaw;
    if (i > 0 && !(date > option.dates[i - 1]))
      return Error{ErrorCode::invalid_value, "dates", text_of(date), "rising dates", "sort the dates, each once"};
  }
  return std::nullopt;
}

std::optional<Error> find_flaw(const Extendible& option) {
  if (auto flaw = flaw_of_option(option.strike, option.expiry)) return flaw;
  if (auto flaw = flaw_of_amount("extended_strike", option.extended_strike, "give the strike as a price >= 0"))
    return flaw;
  if (auto flaw = flaw_of_amount("premium", option.premium, "give what the holder pays to extend, >= 0")) return flaw;
  if (option.by == ExtendedBy::writer && option.premium != 0.0)
    return Error{ErrorCode::invalid_value, "premium", text_of(option.premium), "0 where the writer extends",
                 "only a holder pays to extend"};
  return flaw_of_order("expiry", option.expiry, "extended_expiry", option.extended_expiry);
}

std::optional<Error> find_flaw(const ContinuousAsian& option) {
  if (auto flaw = flaw_of_option(option.strike, option.expiry)) return flaw;
  if (auto flaw = flaw_of_amount("elapsed", option.elapsed, "give the years of the average that are over")) return flaw;
  return flaw_of_amount("average", option.average, "give the mean so far");
}

}  // namespace plimsoll
