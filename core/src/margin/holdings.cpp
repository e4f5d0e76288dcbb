#include "holdings.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

namespace plimsoll::margin {

namespace {

constexpr double largest_price = 1e7;
constexpr double largest_quantity = 1e9;
constexpr double largest_multiplier = 1e5;
// Keeps every leaf, and sums of ten thousand leaves, within the range of Money.
constexpr double largest_notional = 1e11;

Error bad(ErrorCode code, const std::string& trade_id, const std::string& field, std::string value, std::string allowed,
          std::string fix) {
  return {code, "positions[" + trade_id + "]." + field, std::move(value), std::move(allowed), std::move(fix)};
}

bool within(double value, double low, double high) { return value >= low && value <= high; }
bool whole(double value) { return value == std::nearbyint(value); }

std::optional<Error> flaw_of_price(const std::string& id, const char* field, double value, double low) {
  if (within(value, low, largest_price)) return std::nullopt;
  return bad(ErrorCode::invalid_value, id, field, text_of(value),
             "a finite price from " + text_of(low) + " to " + text_of(largest_price), "correct the price");
}

std::optional<Error> flaw_of_quantity(const std::string& id, double quantity, bool contracts) {
  if (within(std::fabs(quantity), 0.0, largest_quantity) && (!contracts || whole(quantity))) return std::nullopt;
  return bad(ErrorCode::invalid_value, id, "quantity", text_of(quantity),
             contracts ? "a whole number of contracts within +-1e9" : "a number of shares within +-1e9",
             "correct the quantity");
}

std::optional<Error> flaw_of_multiplier(const std::string& id, double multiplier) {
  if (within(multiplier, 1.0, largest_multiplier) && whole(multiplier)) return std::nullopt;
  return bad(ErrorCode::invalid_value, id, "multiplier", text_of(multiplier),
             "a whole number of units of the underlying from 1 to 100000", "give the units that one contract delivers");
}

std::optional<Error> flaw_of_expiry(const std::string& id, Date expiry, Date today) {
  if (expiry >= today) return std::nullopt;
  return bad(ErrorCode::expired_product, id, "expiry", expiry.iso(), "on or after " + today.iso(),
             "settle the position and take it out of the book");
}

std::optional<Error> flaw_of_notional(const std::string& id, double notional) {
  if (std::fabs(notional) <= largest_notional) return std::nullopt;
  return bad(ErrorCode::invalid_value, id, "quantity", text_of(notional), "a notional within +-1e11 dollars",
             "correct quantity, multiplier or price");
}

std::optional<Error> flaw_of(const OptionPosition& p, Date today) {
  if (auto flaw = flaw_of_quantity(p.trade_id, p.quantity, true)) return flaw;
  if (auto flaw = flaw_of_multiplier(p.trade_id, p.multiplier)) return flaw;
  if (auto flaw = flaw_of_price(p.trade_id, "strike", p.strike, -largest_price)) return flaw;
  if (auto flaw = flaw_of_price(p.trade_id, "mark", p.mark, 0.0)) return flaw;
  if (auto flaw = flaw_of_expiry(p.trade_id, p.expiry, today)) return flaw;
  return flaw_of_notional(p.trade_id, p.quantity * p.multiplier * std::max(std::fabs(p.strike), p.mark));
}

std::optional<Error> flaw_of(const FuturePosition& p, Date today) {
  if (auto flaw = flaw_of_quantity(p.trade_id, p.quantity, true)) return flaw;
  if (auto flaw = flaw_of_multiplier(p.trade_id, p.multiplier)) return flaw;
  if (auto flaw = flaw_of_price(p.trade_id, "entry_price", p.entry_price, -largest_price)) return flaw;
  if (auto flaw = flaw_of_price(p.trade_id, "mark", p.mark, -largest_price)) return flaw;
  if (auto flaw = flaw_of_expiry(p.trade_id, p.expiry, today)) return flaw;
  return flaw_of_notional(p.trade_id, p.quantity * p.multiplier * (std::fabs(p.entry_price) + std::fabs(p.mark)));
}

std::optional<Error> flaw_of(const StockPosition& p, Date) { return flaw_of_quantity(p.trade_id, p.quantity, false); }

/// Sums lots from the smallest up, so that their order in the account does not matter.
double sum_sorted(std::vector<double>& lots) {
  std::ranges::sort(lots);
  double total = 0.0;
  for (const double lot : lots) total += lot;
  return total;
}

struct Lots {
  std::vector<double> bought;
  std::vector<double> sold;
};

using SeriesKey = std::tuple<OptionType, double, Date, Exercise, std::int64_t>;
using MonthKey = std::tuple<Date, double>;

struct Collected {
  const UnderlyingView* view = nullptr;
  Lots stock;
  std::map<SeriesKey, OptionLeg> options;
  std::map<MonthKey, FutureHolding> futures;
  std::map<MonthKey, std::vector<double>> variation;
};

/// Gathers positions by underlying; the first flaw ends it.
class Collector {
 public:
  Collector(const MarketView& market, const RulePack& pack)
      : market_(market), long_dated_from_(long_dated_from(market.valuation_date, pack.option.long_dated_months)) {}

  template <class Position>
  std::optional<Error> add_all(const std::vector<Position>& positions) {
    for (const Position& position : positions) {
      if (auto flaw = flaw_of(position, market_.valuation_date)) return flaw;
      auto found = place(position.trade_id, position.underlying);
      if (!found) return found.error();
      if (position.quantity == 0.0) continue;
      if (auto flaw = add(**found, position)) return flaw;
    }
    return std::nullopt;
  }

  std::vector<UnderlyingHoldings> finish(const RulePack& pack) {
    std::vector<UnderlyingHoldings> all;
    for (auto& [name, from] : by_name_) {
      UnderlyingHoldings to;
      to.book.view = *from.view;
      to.book.short_rates = short_option_rates(*from.view, pack.option);
      to.book.long_shares = sum_sorted(from.stock.bought);
      to.book.short_shares = sum_sorted(from.stock.sold);
      for (const auto& [key, leg] : from.options)
        if (leg.quantity != 0) to.book.legs.push_back(leg);
      for (auto& [key, holding] : from.futures) {
        holding.variation = sum_sorted(from.variation[key]);
        to.futures.push_back(holding);
      }
      const UnderlyingBook& book = to.book;
      const bool closed =
          book.long_shares == 0.0 && book.short_shares == 0.0 && book.legs.empty() && to.futures.empty();
      if (!closed) all.push_back(std::move(to));
    }
    return all;
  }

 private:
  Result<Collected*> place(const std::string& trade_id, const std::string& name) {
    Collected& slot = by_name_[name];
    if (slot.view != nullptr) return &slot;
    const auto view = std::ranges::find(market_.underlyings, name, &UnderlyingView::name);
    if (view == market_.underlyings.end())
      return bad(ErrorCode::missing_quote, trade_id, "underlying", name, "an underlying of the snapshot",
                 "add the underlying to the snapshot or correct its name");
    if (!within(view->spot, -largest_price, largest_price) || !within(view->leverage, 1.0, 10.0))
      return bad(ErrorCode::invalid_value, trade_id, "underlying",
                 name + " at " + text_of(view->spot) + ", leverage " + text_of(view->leverage),
                 "a price within +-1e7 and a leverage from 1 to 10", "correct the snapshot");
    slot.view = &*view;
    return &slot;
  }

  static std::optional<Error> add(Collected& to, const StockPosition& p) {
    if (auto flaw = flaw_of_notional(p.trade_id, p.quantity * to.view->spot)) return flaw;
    (p.quantity > 0.0 ? to.stock.bought : to.stock.sold).push_back(std::fabs(p.quantity));
    return std::nullopt;
  }

  std::optional<Error> add(Collected& to, const OptionPosition& p) const {
    if (auto flaw = flaw_of_notional(p.trade_id, p.quantity * p.multiplier * to.view->spot)) return flaw;
    const auto multiplier = static_cast<std::int64_t>(p.multiplier);
    const OptionLeg fresh{p.type, p.exercise, p.strike, p.expiry, multiplier, p.mark, 0, p.expiry >= long_dated_from_};
    auto& leg = to.options.try_emplace({p.type, p.strike, p.expiry, p.exercise, multiplier}, fresh).first->second;
    if (leg.mark != p.mark) return two_marks(p.trade_id, p.mark, leg.mark);
    leg.quantity += static_cast<std::int64_t>(p.quantity);
    return std::nullopt;
  }

  static std::optional<Error> add(Collected& to, const FuturePosition& p) {
    const MonthKey key{p.expiry, p.multiplier};
    auto& holding = to.futures.try_emplace(key, FutureHolding{p.expiry, p.multiplier, 0.0, p.mark, 0.0}).first->second;
    if (holding.mark != p.mark) return two_marks(p.trade_id, p.mark, holding.mark);
    holding.quantity += p.quantity;
    to.variation[key].push_back(p.quantity * p.multiplier * (p.mark - p.entry_price));
    return std::nullopt;
  }

  static Error two_marks(const std::string& trade_id, double mark, double other) {
    return bad(ErrorCode::invalid_value, trade_id, "mark", text_of(mark),
               "the same mark for all lots of a series, here " + text_of(other), "mark the series once");
  }

  const MarketView& market_;
  Date long_dated_from_;
  std::map<std::string, Collected> by_name_;
};

Money to_cents(double dollars) {
  // Prices and quantities are bounded by then, so the amount is within the range of Money.
  const auto cents = Money::round_half_up(dollars);
  return cents ? *cents : Money{};
}

Component holding(std::string name, std::vector<Input> inputs, double dollars) {
  return {ComponentKind::holding, std::move(name), "4210(a)(5)", std::move(inputs), to_cents(dollars), {}};
}

}  // namespace

Result<std::vector<UnderlyingHoldings>> canonical_holdings(const Account& account, const MarketView& market,
                                                           const RulePack& pack) {
  Collector collector(market, pack);
  if (auto flaw = collector.add_all(account.stocks)) return *flaw;
  if (auto flaw = collector.add_all(account.options)) return *flaw;
  if (auto flaw = collector.add_all(account.futures)) return *flaw;
  return collector.finish(pack);
}

Component equity_of(const UnderlyingHoldings& own) {
  const UnderlyingBook& book = own.book;
  std::vector<Component> leaves;
  const Input spot{"underlying price", book.view.spot};
  if (book.long_shares > 0.0)
    leaves.push_back(holding("long stock", {spot, {"shares", book.long_shares}}, book.long_shares * book.view.spot));
  if (book.short_shares > 0.0)
    leaves.push_back(
        holding("short stock", {spot, {"shares", -book.short_shares}}, -book.short_shares * book.view.spot));
  for (const OptionLeg& leg : book.legs) {
    const auto quantity = static_cast<double>(leg.quantity);
    leaves.push_back(
        holding(std::string(leg.quantity > 0 ? "long " : "short ") + (leg.type == OptionType::call ? "call " : "put ") +
                    text_of(leg.strike) + " " + leg.expiry.iso(),
                {{"contracts", quantity}, {"multiplier", static_cast<double>(leg.multiplier)}, {"mark", leg.mark}},
                quantity * leg.contract_value()));
  }
  for (const FutureHolding& future : own.futures)
    leaves.push_back(holding("variation of future " + future.expiry.iso(),
                             {{"contracts", future.quantity}, {"multiplier", future.multiplier}, {"mark", future.mark}},
                             future.variation));
  return sum_of(book.view.name, "4210(a)(5)", std::move(leaves));
}

Component equity_of(Money cash, const std::vector<UnderlyingHoldings>& holdings) {
  std::vector<Component> parts{{ComponentKind::holding, "cash", "4210(a)(5)", {}, cash, {}}};
  for (const UnderlyingHoldings& own : holdings) parts.push_back(equity_of(own));
  return sum_of("equity", "4210(a)(5)", std::move(parts));
}

}  // namespace plimsoll::margin
