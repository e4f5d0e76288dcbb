#include "positions.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace plimsoll::margin {

namespace {

// As at the door for accounts; the half leaves room for what is held already.
constexpr double largest_notional = 0.5e11;

bool same_series(const OptionPosition& a, const OptionPosition& b) {
  return a.type == b.type && a.exercise == b.exercise && a.strike == b.strike && a.expiry == b.expiry &&
         a.multiplier == b.multiplier && a.underlying == b.underlying;
}

bool same_series(const FuturePosition& a, const FuturePosition& b) {
  return a.expiry == b.expiry && a.multiplier == b.multiplier && a.underlying == b.underlying;
}

template <class Listed>
void add_listed(std::vector<Listed>& to, Listed fresh) {
  const auto held = std::ranges::find_if(to, [&](const Listed& other) { return same_series(other, fresh); });
  if (held != to.end()) fresh.mark = held->mark;
  to.push_back(std::move(fresh));
}

void add_stock(std::vector<StockPosition>& to, StockPosition fresh) {
  for (StockPosition& held : to) {
    if (held.underlying != fresh.underlying || held.quantity * fresh.quantity >= 0.0) continue;
    const double closed = std::copysign(std::min(std::fabs(held.quantity), std::fabs(fresh.quantity)), fresh.quantity);
    held.quantity += closed;
    fresh.quantity -= closed;
  }
  std::erase_if(to, [](const StockPosition& held) { return held.quantity == 0.0; });
  if (fresh.quantity != 0.0) to.push_back(std::move(fresh));
}

template <class Listed>
bool mark_series(std::vector<Listed>& positions, const MarkChange& change) {
  const auto named = std::ranges::find(positions, change.trade_id, &Listed::trade_id);
  if (named == positions.end()) return false;
  const Listed& series = *named;
  for (Listed& position : positions)
    if (same_series(position, series)) position.mark = change.mark;
  return true;
}

/// What is held against the trade's side and on it, in contracts or shares.
struct Held {
  double against = 0.0;
  double with = 0.0;
};

Held held_of(const Account& own, const TradeChange& trade) {
  double net = 0.0;
  Held held;
  if (const auto* stock = std::get_if<StockPosition>(&trade.position)) {
    for (const StockPosition& position : own.stocks)
      (position.quantity * stock->quantity < 0.0 ? held.against : held.with) += std::fabs(position.quantity);
    return held;
  }
  const auto add = [&](const auto& positions, const auto& fresh) {
    for (const auto& position : positions)
      if (same_series(position, fresh)) net += position.quantity * (fresh.quantity < 0.0 ? -1.0 : 1.0);
  };
  if (const auto* option = std::get_if<OptionPosition>(&trade.position)) add(own.options, *option);
  if (const auto* future = std::get_if<FuturePosition>(&trade.position)) add(own.futures, *future);
  return {std::max(0.0, -net), std::max(0.0, net)};
}

double multiplier_of(const Position& position) {
  return std::visit(
      [](const auto& p) {
        if constexpr (std::is_same_v<std::decay_t<decltype(p)>, StockPosition>)
          return 1.0;
        else
          return p.multiplier;
      },
      position);
}

}  // namespace

const std::string& underlying_of(const Position& position) {
  return std::visit([](const auto& p) -> const std::string& { return p.underlying; }, position);
}

const std::string& trade_id_of(const Position& position) {
  return std::visit([](const auto& p) -> const std::string& { return p.trade_id; }, position);
}

Error unknown_underlying(const std::string& name) {
  return {ErrorCode::missing_quote, "underlying", name, "an underlying of the snapshot",
          "add the underlying to the snapshot or correct its name"};
}

std::map<std::string, Account> by_underlying(const Account& account) {
  std::map<std::string, Account> parts;
  const auto part = [&](const std::string& name) -> Account& {
    Account& own = parts[name];
    own.account_id = account.account_id;
    return own;
  };
  for (const auto& position : account.stocks) part(position.underlying).stocks.push_back(position);
  for (const auto& position : account.options) part(position.underlying).options.push_back(position);
  for (const auto& position : account.futures) part(position.underlying).futures.push_back(position);
  return parts;
}

void append(Account& to, const Account& from) {
  to.stocks.insert(to.stocks.end(), from.stocks.begin(), from.stocks.end());
  to.options.insert(to.options.end(), from.options.begin(), from.options.end());
  to.futures.insert(to.futures.end(), from.futures.begin(), from.futures.end());
}

std::vector<Position> positions_of(const Account& account) {
  std::vector<Position> all{account.stocks.begin(), account.stocks.end()};
  all.insert(all.end(), account.options.begin(), account.options.end());
  all.insert(all.end(), account.futures.begin(), account.futures.end());
  return all;
}

Account without_trade(Account account, const std::string& trade_id) {
  const auto named = [&](const auto& position) { return position.trade_id == trade_id; };
  std::erase_if(account.stocks, named);
  std::erase_if(account.options, named);
  std::erase_if(account.futures, named);
  return account;
}

Result<Money> cost_of(const TradeChange& trade) {
  if (std::holds_alternative<FuturePosition>(trade.position)) return Money{};
  const double quantity = std::visit([](const auto& p) { return p.quantity; }, trade.position);
  auto cost = Money::round_half_up(quantity * multiplier_of(trade.position) * trade.price);
  if (cost) return cost;
  return Error{ErrorCode::invalid_value, "trade.price", text_of(trade.price), "a finite price of a bearable amount",
               "correct quantity or price"};
}

void add_trade(Account& to, const TradeChange& trade) {
  if (const auto* stock = std::get_if<StockPosition>(&trade.position)) add_stock(to.stocks, *stock);
  if (const auto* option = std::get_if<OptionPosition>(&trade.position)) add_listed(to.options, *option);
  if (const auto* future = std::get_if<FuturePosition>(&trade.position)) {
    FuturePosition fresh = *future;
    fresh.entry_price = trade.price;
    add_listed(to.futures, fresh);
  }
}

std::optional<Error> take_marks(Account& account, const std::vector<MarkChange>& marks) {
  for (const MarkChange& change : marks)
    if (!mark_series(account.options, change) && !mark_series(account.futures, change))
      return Error{ErrorCode::invalid_value, "marks[" + change.trade_id + "]", text_of(change.mark),
                   "an option or future of the account on the underlying", "name a position of the account"};
  return std::nullopt;
}

TradeChange sized(TradeChange trade, std::int64_t quantity) {
  std::visit([&](auto& p) { p.quantity = std::copysign(static_cast<double>(quantity), p.quantity); }, trade.position);
  return trade;
}

std::vector<std::int64_t> piece_starts(const Account& own, const TradeChange& trade) {
  const Held held = held_of(own, trade);
  std::vector<std::int64_t> starts;
  const auto start = [&](double quantity) {
    if (quantity >= 1.0 && quantity < 1e15) starts.push_back(static_cast<std::int64_t>(quantity));
  };
  start(std::ceil(held.against));
  start(std::floor(held.against) + 1.0);
  if (std::holds_alternative<StockPosition>(trade.position))
    for (const OptionPosition& option : own.options) {
      start(std::floor(held.against - option.multiplier) + 1.0);
      start(std::ceil(option.multiplier + held.against - held.with));
    }
  return starts;
}

std::int64_t within_notional(const TradeChange& trade, double spot, std::int64_t limit) {
  double unit = std::max({1.0, std::fabs(spot), std::fabs(trade.price)});
  if (const auto* option = std::get_if<OptionPosition>(&trade.position))
    unit = std::max({unit, std::fabs(option->strike), option->mark});
  const double most = std::floor(largest_notional / (unit * multiplier_of(trade.position)));
  return std::min(limit, static_cast<std::int64_t>(std::clamp(most, 0.0, 1e9)));
}

}  // namespace plimsoll::margin
