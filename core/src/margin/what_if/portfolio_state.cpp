#include "plimsoll/margin/what_if/portfolio_state.hpp"

#include "../mark_sheet.hpp"
#include "../portfolio/series_profits.hpp"
#include "positions.hpp"
#include "size_search.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::margin {

namespace {

// Half a cent that rounding may take, and as much again, so that a bound that is passed stays passed.
constexpr double cent_of_a_rounding = 0.01;

/// How often an account's amounts are rounded: the profit, the minimum and the value of each position, the gains of its
/// product group and portfolio group, and the cost of the trade.
double roundings_of(const Account& account) {
  return 5.0 * static_cast<double>(account.stocks.size() + account.options.size() + account.futures.size()) + 1.0;
}

}  // namespace

PortfolioState::PortfolioState(Account account, Snapshot snapshot, const Method& method, PortfolioSettings settings)
    : account_(std::move(account)), snapshot_(std::move(snapshot)), method_(method), settings_(std::move(settings)) {}

Result<PortfolioFigures> PortfolioState::margined(const Account& account, const SeriesProfits& profits) const {
  const auto found = portfolio_margin_of(account, profits, settings_);
  if (!found) return found.error();
  return PortfolioFigures{found->equity, found->requirement, found->excess, found->call};
}

Result<PortfolioState> PortfolioState::of(const Account& account, const Snapshot& snapshot, const Method& method,
                                          const PortfolioSettings& settings) {
  if (auto flaw = flaw_on(settings.pack, snapshot.valuation_date())) return *flaw;
  PortfolioState state(account, snapshot, method, settings);
  state.settings_.market = at_spots_of(settings.market, snapshot);
  state.settings_.market.valuation_date = snapshot.valuation_date();
  auto profits = std::make_shared<SeriesProfits>();
  profits->add(std::span(&account, 1), snapshot, method, state.settings_, 1);
  auto figures = state.margined(account, *profits);
  if (!figures) return figures.error();
  state.profits_ = std::move(profits);
  state.figures_ = *figures;
  return state;
}

Result<PortfolioFigures> PortfolioState::apply(const Change& change) {
  PortfolioState after = *this;
  auto profits = std::make_shared<SeriesProfits>(*profits_);
  if (const auto* cash = std::get_if<CashChange>(&change)) after.account_.cash += cash->amount;
  if (const auto* trade = std::get_if<TradeChange>(&change)) {
    const auto cost = cost_of(*trade);
    if (!cost) return cost.error();
    after.account_.cash -= *cost;
    add_trade(after.account_, *trade);
  }
  if (const auto* price = std::get_if<PriceChange>(&change)) {
    const auto market = snapshot_.underlying(price->underlying);
    if (!market) return market.error();
    UnderlyingMarket moved = **market;
    moved.spot = price->spot;
    auto snapshot = snapshot_.with(std::move(moved));
    if (!snapshot) return snapshot.error();
    after.snapshot_ = std::move(*snapshot);
    after.settings_.market = at_spots_of(std::move(after.settings_.market), after.snapshot_);
    if (auto flaw = take_marks(after.account_, price->marks)) return *flaw;
    profits->forget(price->underlying);
  }
  profits->add(std::span(&after.account_, 1), after.snapshot_, method_, after.settings_, 1);
  auto figures = after.margined(after.account_, *profits);
  if (!figures) return figures.error();
  after.profits_ = std::move(profits);
  after.figures_ = *figures;
  *this = std::move(after);
  return figures_;
}

Result<PortfolioFigures> PortfolioState::tried(const Change& change) const {
  PortfolioState copy = *this;
  return copy.apply(change);
}

Result<std::vector<PortfolioMarginal>> PortfolioState::marginals() const {
  std::vector<PortfolioMarginal> all;
  for (const Position& position : positions_of(account_)) {
    const std::string& id = trade_id_of(position);
    const auto without = margined(without_trade(account_, id), *profits_);
    if (!without) return without.error();
    all.push_back({id, figures_.requirement - without->requirement});
  }
  return all;
}

Result<LargestSize> PortfolioState::largest(const TradeChange& trade, std::int64_t limit) const {
  const auto market = snapshot_.underlying(underlying_of(trade.position));
  if (!market) return market.error();
  SeriesProfits profits = *profits_;
  Account one{account_.account_id, {}, {}, {}, {}};
  add_trade(one, sized(trade, 1));
  profits.add(std::span(&one, 1), snapshot_, method_, settings_, 1);
  const auto evaluate = [&](std::int64_t quantity) -> Result<SizePoint> {
    const TradeChange some = sized(trade, quantity);
    const auto cost = cost_of(some);
    if (!cost) return cost.error();
    Account account = account_;
    account.cash -= *cost;
    add_trade(account, some);
    const auto figures = margined(account, profits);
    if (!figures) return figures.error();
    return SizePoint{figures->excess, figures->excess.dollars() + cent_of_a_rounding * roundings_of(account)};
  };
  return largest_size(evaluate, piece_starts(account_, trade), within_notional(trade, (*market)->spot, limit));
}

}  // namespace plimsoll::margin
