#include "plimsoll/margin/bilateral/agreement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace plimsoll::margin {

namespace {

Error refused(ErrorCode code, std::string field, std::string value, std::string allowed, std::string fix) {
  return {code, std::move(field), std::move(value), std::move(allowed), std::move(fix)};
}

std::optional<Error> flaw_of(const TransferTerms& terms) {
  const std::array<std::pair<const char*, Money>, 4> amounts{{{"threshold", terms.threshold},
                                                              {"minimum_transfer", terms.minimum_transfer},
                                                              {"rounding", terms.rounding},
                                                              {"independent_amount", terms.independent_amount}}};
  for (const auto& [name, amount] : amounts)
    if (amount < Money{})
      return refused(ErrorCode::invalid_value, std::string{"terms."} + name, amount.text(), "0 or more",
                     "correct the terms of the agreement");
  return std::nullopt;
}

/// Rounds an amount of zero or more to a multiple, up or down.
Money to_multiple(Money amount, Money step, bool up) {
  if (step == Money{}) return amount;
  const std::int64_t rest = amount.cents() % step.cents();
  if (rest == 0) return amount;
  const Money below = Money::from_cents(amount.cents() - rest);
  return up ? below + step : below;
}

}  // namespace

Result<Money> converted(double amount, std::string_view from, std::string_view into,
                        const std::vector<CurrencyRate>& rates) {
  if (from == into) return Money::round_half_up(amount);
  const auto rate = std::ranges::find(rates, from, &CurrencyRate::currency);
  if (rate == rates.end())
    return refused(ErrorCode::missing_quote, "rates", std::string{from}, "a rate into " + std::string{into},
                   "give the rate of the currency");
  if (!(rate->rate > 0.0 && rate->rate <= 1e12))
    return refused(ErrorCode::invalid_value, "rates[" + rate->currency + "]", text_of(rate->rate),
                   "above 0, up to 1e12", "give what one unit is worth in " + std::string{into});
  return Money::round_half_up(amount * rate->rate);
}

Result<Money> collateral_value(const Collateral& item, std::string_view currency,
                               const std::vector<CurrencyRate>& rates) {
  const std::string place = "collateral[" + item.collateral_id + "].";
  if (item.market_value < Money{})
    return refused(ErrorCode::invalid_value, place + "market_value", item.market_value.text(), "0 or more",
                   "list it with the side that delivered it");
  const bool foreign = item.currency != currency;
  for (const auto& [name, rate] : {std::pair{"haircut", item.haircut}, {"currency_haircut", item.currency_haircut}})
    if (!(rate >= 0.0 && rate <= 1.0))
      return refused(ErrorCode::invalid_value, place + name, text_of(rate), "a fraction, 0 to 1",
                     "correct the haircut");
  const double kept = std::max(0.0, 1.0 - item.haircut - (foreign ? item.currency_haircut : 0.0));
  return converted(item.market_value.dollars() * kept, item.currency, currency, rates);
}

Result<TransferCall> transfer_call(Money requirement, const TransferTerms& terms, std::span<const Collateral> held,
                                   const std::vector<CurrencyRate>& rates) {
  if (auto flaw = flaw_of(terms)) return *flaw;
  TransferCall call;
  call.requirement = requirement;
  call.required = std::max(Money{}, requirement - terms.threshold);
  for (const Collateral& item : held) {
    const auto value = collateral_value(item, terms.currency, rates);
    if (!value) return value.error();
    call.held += *value;
    if (item.in_transit) call.in_transit += *value;
  }
  const Money missing = std::max(Money{}, call.required - call.held);
  const Money excess = std::max(Money{}, call.held - call.required);
  if (missing > Money{} && missing >= terms.minimum_transfer)
    call.delivery = to_multiple(missing, terms.rounding, true);
  else
    call.unsecured = missing;
  if (excess >= terms.minimum_transfer) call.returned = to_multiple(excess, terms.rounding, false);
  return call;
}

Result<VariationCall> variation_call(Money exposure, const TransferTerms& theirs, std::span<const Collateral> from_them,
                                     const TransferTerms& ours, std::span<const Collateral> from_us,
                                     const std::vector<CurrencyRate>& rates) {
  if (theirs.currency != ours.currency)
    return refused(ErrorCode::invalid_value, "ours.currency", ours.currency, theirs.currency,
                   "state both sides' terms in the base currency of the agreement");
  const Money independent = theirs.independent_amount - ours.independent_amount;
  const auto owed_to_us = transfer_call(exposure + independent, theirs, from_them, rates);
  if (!owed_to_us) return owed_to_us.error();
  const auto owed_by_us = transfer_call(-exposure - independent, ours, from_us, rates);
  if (!owed_by_us) return owed_by_us.error();
  return VariationCall{*owed_to_us, *owed_by_us,
                       owed_to_us->delivery - owed_to_us->returned - owed_by_us->delivery + owed_by_us->returned};
}

}  // namespace plimsoll::margin
