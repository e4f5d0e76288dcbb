#include "plimsoll/margin/leveraged/cfd.hpp"

#include "excess_curve.hpp"
#include "holding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr double largest_price = 1e9;
constexpr double largest_units = 1e15;
constexpr double infinite = std::numeric_limits<double>::infinity();

/// A position that has passed the door, with its amounts booked.
struct Open {
  CfdPosition position;
  double rate = 0.0;  ///< initial margin of its class
  Money profit;
  Money financing;
  Money dividend;
  Money initial;

  /// Account currency for one point of the price.
  [[nodiscard]] double size() const { return position.quantity * position.currency_rate; }
};

std::optional<Error> flaw_of(const CfdRules& rules, Date date) {
  if (date < rules.in_force_from || rules.in_force_until < date)
    return Error{ErrorCode::not_in_force, "pack.pack_id", rules.pack_id,
                 "a pack in force on " + date.iso() + "; this one is from " + rules.in_force_from.iso() + " to " +
                     rules.in_force_until.iso(),
                 "choose the pack of that date"};
  const auto bad = [](std::string field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, "pack." + std::move(field), text_of(value), allowed,
                 "correct the parameter pack; its numbers carry their source"};
  };
  if (!(rules.close_out > 0.0 && rules.close_out <= 1.0))
    return bad("close_out", rules.close_out, "a fraction above 0 and up to 1");
  for (const CfdClass& each : rules.classes)
    if (!(each.maximum_leverage >= 1.0 && each.maximum_leverage <= 1000.0))
      return bad("classes[" + each.name + "].maximum_leverage", each.maximum_leverage, "from 1 to 1000");
  return std::nullopt;
}

std::optional<Error> flaw_of(const CfdPosition& p, int decimals) {
  struct Range {
    const char* field;
    double value;
    double low;
    double high;
  };
  const std::array<Range, 9> ranges{{{"quantity", p.quantity, -1e12, 1e12},
                                     {"entry_price", p.entry_price, -largest_price, largest_price},
                                     {"mark", p.mark, -largest_price, largest_price},
                                     {"currency_rate", p.currency_rate, 1e-6, 1e6},
                                     {"benchmark", p.benchmark, -1.0, 10.0},
                                     {"spread", p.spread, -1.0, 10.0},
                                     {"nights", static_cast<double>(p.nights), 0.0, 3660.0},
                                     {"withheld", p.withheld, 0.0, 1.0},
                                     {"slippage", p.slippage, 0.0, 0.5}}};
  for (const auto& [field, value, low, high] : ranges)
    if (!(value >= low && value <= high))
      return bad_position(ErrorCode::invalid_value, p.trade_id, field, text_of(value),
                          "a number from " + text_of(low) + " to " + text_of(high), "correct the position");
  if (!(std::fabs(p.dividend) <= largest_price))
    return bad_position(ErrorCode::invalid_value, p.trade_id, "dividend", text_of(p.dividend), "within +-1e9",
                        "correct the position");
  if (p.day_basis != 360 && p.day_basis != 365)
    return bad_position(ErrorCode::invalid_value, p.trade_id, "day_basis", std::to_string(p.day_basis), "360 or 365",
                        "give the basis of the currency's money market");
  const double price = std::max({std::fabs(p.entry_price), std::fabs(p.mark), std::fabs(p.dividend)});
  const double notional = std::fabs(p.quantity * p.currency_rate) * price;
  if (notional * std::pow(10.0, decimals) <= largest_units) return std::nullopt;
  return bad_position(ErrorCode::invalid_value, p.trade_id, "quantity", text_of(notional),
                      "a notional of at most 1e15 of the ledger's smallest unit", "correct quantity or price");
}

/// What longs pay and shorts receive for the nights, and the dividends that went ex.
void book_carry(Open& open, const Ledger& ledger) {
  const CfdPosition& p = open.position;
  const double years = static_cast<double>(p.nights) / static_cast<double>(p.day_basis);
  const double notional = open.size() * p.mark;
  open.financing = -ledger.booked((notional * p.benchmark + std::fabs(notional) * p.spread) * years);
  open.dividend = ledger.booked(open.size() * p.dividend * (p.quantity > 0.0 ? 1.0 - p.withheld : 1.0));
}

Result<Open> open_of(const CfdPosition& position, const Ledger& ledger, const CfdRules& rules) {
  if (auto flaw = flaw_of(position, ledger.decimals)) return *flaw;
  const auto found = std::ranges::find(rules.classes, position.asset_class, &CfdClass::name);
  if (found == rules.classes.end()) {
    std::string known;
    for (const CfdClass& each : rules.classes) known += (known.empty() ? "" : ", ") + each.name;
    return bad_position(ErrorCode::invalid_value, position.trade_id, "asset_class", position.asset_class, known,
                        "name the class of the underlying, also of a future on it");
  }
  Open open{position, 1.0 / found->maximum_leverage, {}, {}, {}, {}};
  open.profit = ledger.booked(open.size() * (position.mark - position.entry_price));
  const double price = rules.margin_price == MarginPrice::entry ? position.entry_price : position.mark;
  open.initial = ledger.booked(std::fabs(open.size() * price) * open.rate);
  book_carry(open, ledger);
  return open;
}

Result<std::vector<Open>> opens_of(const CfdAccount& account, const Ledger& ledger, const CfdRules& rules) {
  if (account.decimals < 0 || account.decimals > 12)
    return Error{ErrorCode::invalid_value, "accounts[" + account.account_id + "].decimals",
                 std::to_string(account.decimals), "a whole number from 0 to 12",
                 "give the decimals of the smallest unit that the ledger books"};
  const double units = std::fabs(static_cast<double>(account.cash.cents()));
  if (units > largest_units)
    return Error{ErrorCode::invalid_value, "accounts[" + account.account_id + "].cash", text_of(units),
                 "at most 1e15 of the smallest unit", "book the account with fewer decimals"};
  std::vector<Open> opens;
  for (const CfdPosition& position : account.positions) {
    auto open = open_of(position, ledger, rules);
    if (!open) return open.error();
    for (const Open& other : opens) {
      if (other.position.trade_id == position.trade_id)
        return bad_position(ErrorCode::invalid_value, position.trade_id, "trade_id", position.trade_id,
                            "each trade once", "give the position an id of its own");
      if (other.position.instrument == position.instrument && other.position.mark != position.mark)
        return bad_position(ErrorCode::invalid_value, position.trade_id, "mark", text_of(position.mark),
                            "the same mark for all positions of an instrument, here " + text_of(other.position.mark),
                            "mark the instrument once");
    }
    if (position.quantity != 0.0) opens.push_back(std::move(*open));
  }
  std::ranges::sort(opens, {}, [](const Open& o) { return o.position.trade_id; });
  return opens;
}

/// Equity less the close-out level as a function of the mark of one instrument.
ExcessCurve curve_of(const std::vector<Open>& opens, const std::string& instrument, double cash, const Ledger& ledger,
                     const CfdRules& rules, std::span<const MaintenanceTier> whole) {
  ExcessCurve curve;
  curve.tiers = whole;
  curve.constant = cash;
  for (const Open& open : opens) {
    const bool moves = open.position.instrument == instrument;
    curve.constant += ledger.amount(open.financing + open.dividend);
    curve.constant += moves ? -open.size() * open.position.entry_price
                            : open.size() * (open.position.mark - open.position.entry_price);
    if (moves) curve.slope += open.size();
    const double share = rules.close_out * open.rate;
    if (moves && rules.margin_price == MarginPrice::mark)
      curve.sizes.push_back(share * std::fabs(open.size()));
    else
      curve.constant -=
          share * std::fabs(open.size() *
                            (rules.margin_price == MarginPrice::mark ? open.position.mark : open.position.entry_price));
  }
  return curve;
}

Component leaf(ComponentKind kind, std::string name, std::string rule, std::vector<Input> inputs, Money amount) {
  return {kind, std::move(name), std::move(rule), std::move(inputs), amount, {}};
}

Component equity_of(const CfdAccount& account, const std::vector<Open>& opens) {
  std::vector<Component> parts{leaf(ComponentKind::holding, "cash", "", {}, account.cash)};
  for (const Open& open : opens) {
    const CfdPosition& p = open.position;
    parts.push_back(leaf(
        ComponentKind::holding, "profit of " + p.trade_id, "",
        {{"units", p.quantity}, {"entry price", p.entry_price}, {"mark", p.mark}, {"currency rate", p.currency_rate}},
        open.profit));
    if (p.nights != 0)
      parts.push_back(leaf(ComponentKind::holding, "financing of " + p.trade_id, "",
                           {{"benchmark", p.benchmark},
                            {"spread", p.spread},
                            {"nights", static_cast<double>(p.nights)},
                            {"day basis", static_cast<double>(p.day_basis)}},
                           open.financing));
    if (p.dividend != 0.0)
      parts.push_back(leaf(ComponentKind::holding, "dividend of " + p.trade_id, "",
                           {{"per unit", p.dividend}, {"withheld", p.withheld}}, open.dividend));
  }
  return sum_of("equity", "", std::move(parts));
}

Component initial_of(const std::vector<Open>& opens, const CfdRules& rules) {
  std::vector<Component> parts;
  for (const Open& open : opens)
    parts.push_back(leaf(ComponentKind::requirement, open.position.trade_id,
                         "pack " + rules.pack_id + ", " + open.position.asset_class,
                         {{"units", open.position.quantity}, {"rate", open.rate}}, open.initial));
  return sum_of("initial", "2018/796 art. 1(d), annex I", std::move(parts));
}

/// The position that the close-out closes next.
std::size_t next_to_close(const std::vector<Open>& opens, StopOutOrder order) {
  const auto key = [&](const Open& open) {
    switch (order) {
      case StopOutOrder::largest_margin_first:
        return -open.initial.cents();
      case StopOutOrder::oldest_first:
        return open.position.opened;
      case StopOutOrder::largest_loss_first:
      case StopOutOrder::all_at_once:
        break;
    }
    return open.profit.cents();
  };
  // The first of equals, in the order of trades.
  return static_cast<std::size_t>(std::ranges::min_element(opens, {}, key) - opens.begin());
}

void close_out(CfdResult& result, std::vector<Open> opens, const Ledger& ledger, const CfdRules& rules) {
  Money equity = result.equity.amount;
  Money required = result.initial.amount;
  const auto is_short = [&] { return equity < ledger.booked(rules.close_out * ledger.amount(required)); };
  const bool all = rules.order == StopOutOrder::all_at_once && is_short();
  while (!opens.empty() && (all || is_short())) {
    const std::size_t at = next_to_close(opens, rules.order);
    const Open& open = opens[at];
    const CfdPosition& p = open.position;
    const double worse = p.slippage * std::fabs(p.mark);
    const Money cost = ledger.booked(std::fabs(open.size()) * worse);
    equity -= cost;
    required -= open.initial;
    result.closures.push_back(
        {p.trade_id, -p.quantity, p.mark + (p.quantity > 0.0 ? -worse : worse), open.profit - cost, equity, required});
    opens.erase(opens.begin() + static_cast<std::ptrdiff_t>(at));
  }
  for (const Open& open : opens) result.left.push_back(open.position.trade_id);
  if (opens.empty() && equity < Money{} && rules.negative_balance_protection) {
    result.broker_loss = -equity;
    equity = {};
  }
  result.equity_after = equity;
}

}  // namespace

Result<CfdResult> cfd_margin(const CfdAccount& account, Date date, const CfdRules& rules) {
  if (auto flaw = flaw_of(rules, date)) return *flaw;
  const Ledger ledger{account.currency, account.decimals};
  auto opens = opens_of(account, ledger, rules);
  if (!opens) return opens.error();
  CfdResult result;
  result.account_id = account.account_id;
  result.currency = account.currency;
  result.decimals = account.decimals;
  result.equity = equity_of(account, *opens);
  result.initial = initial_of(*opens, rules);
  const Money required = result.initial.amount;
  result.close_out_level = ledger.booked(rules.close_out * ledger.amount(required));
  result.free = result.equity.amount - required;
  if (required > Money{}) result.margin_level = ledger.amount(result.equity.amount) / ledger.amount(required);
  const MaintenanceTier whole{infinite, 1.0, 1.0, 0.0};
  double notional = 0.0;
  for (const Open& open : *opens) {
    const double own = std::fabs(open.size() * open.position.mark);
    notional += own;
    const ExcessRoots stop = roots(
        curve_of(*opens, open.position.instrument, ledger.amount(account.cash), ledger, rules, std::span(&whole, 1)));
    result.lines.push_back({open.position.trade_id, own, open.profit, open.financing, open.dividend, open.initial,
                            stop.rises, stop.falls});
  }
  if (result.equity.amount > Money{}) result.leverage = notional / ledger.amount(result.equity.amount);
  close_out(result, std::move(*opens), ledger, rules);
  return result;
}

}  // namespace plimsoll::margin
