#include "plimsoll/market/snapshot.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace plimsoll {

namespace {

using Shared = std::shared_ptr<const UnderlyingMarket>;

/// What a quoted future must not have: whoever holds it pays nothing and receives nothing.
std::optional<Error> flaw_of_future(const UnderlyingMarket& market) {
  if (market.quotation == Quotation::spot) return std::nullopt;
  if (!(market.dividend_yield == market.rate))
    return Error{ErrorCode::invalid_value, market.name + ".dividend_yield", "another curve than the rate",
                 "the curve of the rate, for a quoted future",
                 "give a future its rate as dividend yield, or leave it out"};
  if (!market.dividends.empty())
    return Error{ErrorCode::invalid_value, market.name + ".cash_dividends", std::to_string(market.dividends.size()),
                 "none of a quoted future", "remove the dividends: the price of the future knows them"};
  if (market.quotation == Quotation::normal_future && market.surface.skew() != 0.0)
    return Error{ErrorCode::invalid_value, market.name + ".skew", text_of(market.surface.skew()),
                 "0 where the volatility is normal", "remove the skew"};
  return std::nullopt;
}

std::optional<Error> find_flaw(const UnderlyingMarket& market) {
  if (market.name.empty()) return Error{ErrorCode::missing_field, "underlying", "", "a name", "name the underlying"};
  const bool may_be_negative = market.quotation == Quotation::normal_future;
  if (!std::isfinite(market.spot) || (market.spot < 0.0 && !may_be_negative))
    return Error{ErrorCode::invalid_value, market.name + ".spot", text_of(market.spot),
                 may_be_negative ? "a finite number" : "a finite number >= 0", "give the price of one unit"};
  if (auto flaw = flaw_of_future(market)) return flaw;
  Date last{market.dividends.empty() ? 0 : market.dividends.front().ex_date.days};
  for (const CashDividend& dividend : market.dividends) {
    if (!(dividend.amount >= 0.0 && std::isfinite(dividend.amount)))
      return Error{ErrorCode::invalid_value, market.name + ".cash_dividends.amount", text_of(dividend.amount),
                   "a finite number >= 0", "give the amount per share"};
    if (dividend.ex_date < last)
      return Error{ErrorCode::invalid_value, market.name + ".cash_dividends.ex_date", dividend.ex_date.iso(),
                   "ex-dates in ascending order", "sort the dividends by ex-date"};
    last = dividend.ex_date;
  }
  return std::nullopt;
}

const std::string& name_of(const Shared& market) { return market->name; }

/// A market that quotes no future keeps the digest that it had before there were any.
void add_market(Digester& digester, const UnderlyingMarket& market) {
  digester.add(Fields<UnderlyingMarket>::name);
  for_each_field(market, [&](std::string_view field, const auto& member) {
    if (field == "quotation" && market.quotation == Quotation::spot) return;
    digester.add(field);
    add_to_digest(digester, member);
  });
}

std::string known_names(const std::vector<Shared>& markets) {
  std::string known;
  for (const Shared& market : markets) known += (known.empty() ? "" : ", ") + market->name;
  return known;
}

/// The refusal of a correlation with an underlying that is not there.
std::optional<Error> flaw_of_names(const Correlations& correlations, const std::vector<Shared>& markets) {
  for (const Correlation& pair : correlations.pairs())
    for (const std::string& name : {pair.first, pair.second})
      if (!std::ranges::binary_search(markets, name, {}, name_of))
        return Error{ErrorCode::invalid_value, "correlations[" + pair.first + ", " + pair.second + "]", name,
                     "one of: " + known_names(markets),
                     "add the underlying to the snapshot, or remove the correlation"};
  return std::nullopt;
}

}  // namespace

Snapshot::Snapshot(Date valuation_date, std::vector<Shared> underlyings, Correlations correlations)
    : valuation_date_(valuation_date), underlyings_(std::move(underlyings)), correlations_(std::move(correlations)) {
  Digester digester;
  add_to_digest(digester, valuation_date_);
  for (const Shared& market : underlyings_) add_market(digester, *market);
  // A market without correlations keeps the digest that it had before there were any.
  if (!correlations_.pairs().empty()) add_to_digest(digester, correlations_.pairs());
  digest_ = digester.hex();
}

Result<Snapshot> Snapshot::make(Date valuation_date, std::vector<UnderlyingMarket> underlyings,
                                std::vector<Correlation> correlations) {
  std::vector<Shared> shared;
  shared.reserve(underlyings.size());
  for (UnderlyingMarket& market : underlyings) {
    if (auto flaw = find_flaw(market)) return *flaw;
    shared.push_back(std::make_shared<const UnderlyingMarket>(std::move(market)));
  }
  std::ranges::sort(shared, {}, name_of);
  const auto twin = std::ranges::adjacent_find(shared, {}, name_of);
  if (twin != shared.end())
    return Error{ErrorCode::invalid_value, "underlying", (*twin)->name, "each name once", "remove the double entry"};
  auto pairs = Correlations::make(std::move(correlations));
  if (!pairs) return pairs.error();
  if (auto flaw = flaw_of_names(*pairs, shared)) return *flaw;
  return Snapshot{valuation_date, std::move(shared), *std::move(pairs)};
}

Result<const UnderlyingMarket*> Snapshot::underlying(std::string_view name) const {
  const auto found = std::ranges::lower_bound(underlyings_, name, {}, name_of);
  if (found != underlyings_.end() && (*found)->name == name) return found->get();
  return Error{ErrorCode::missing_quote, "underlying", std::string(name), "one of: " + known_names(underlyings_),
               "add the underlying to the snapshot of " + valuation_date_.iso()};
}

Result<Snapshot> Snapshot::with(UnderlyingMarket changed) const {
  std::vector<UnderlyingMarket> one;
  one.push_back(std::move(changed));
  return with_all(std::move(one));
}

Result<Snapshot> Snapshot::with_all(std::vector<UnderlyingMarket> changed) const {
  std::vector<Shared> shared = underlyings_;
  for (UnderlyingMarket& market : changed) {
    const auto known = underlying(market.name);
    if (!known) return known.error();
    if (auto flaw = find_flaw(market)) return *flaw;
    const auto place = std::ranges::lower_bound(shared, market.name, {}, name_of);
    *place = std::make_shared<const UnderlyingMarket>(std::move(market));
  }
  return Snapshot{valuation_date_, std::move(shared), correlations_};
}

}  // namespace plimsoll
