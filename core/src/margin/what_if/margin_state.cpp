#include "plimsoll/margin/what_if/margin_state.hpp"

#include "positions.hpp"
#include "size_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace plimsoll::margin {

namespace {

// Half a cent that rounding may take from a leaf, and as much again, so that a bound that is passed stays passed.
constexpr double cent_of_a_leaf = 0.01;
// The simplex method's gains agree with exact arithmetic to this part of the largest: integer_program.hpp.
constexpr double simplex_accuracy = 1e-9;

MarginFigures operator+(const MarginFigures& a, const MarginFigures& b) {
  return {a.equity + b.equity,           a.initial + b.initial,
          a.maintenance + b.maintenance, a.initial_excess + b.initial_excess,
          a.excess + b.excess,           {}};
}

MarginFigures operator-(const MarginFigures& a, const MarginFigures& b) {
  return {a.equity - b.equity,           a.initial - b.initial,
          a.maintenance - b.maintenance, a.initial_excess - b.initial_excess,
          a.excess - b.excess,           {}};
}

MarginFigures with_cash(MarginFigures figures, Money cash) {
  figures.equity += cash;
  figures.initial_excess += cash;
  figures.excess += cash;
  figures.call = std::max(Money{}, -figures.excess);
  return figures;
}

/// What contracts in parts and amounts without cents could save beside the optimum of whole contracts.
double slack_of(const PhaseResult& phase) {
  double slack = 0.0;
  double leaves = 2.0;  // the market value and the loan value of the options
  for (const UnderlyingPairing& own : phase.pairings) {
    const Certificate& proof = own.pairing.certificate;
    slack += proof.optimum - proof.relaxation + simplex_accuracy * std::fabs(proof.unpaired);
    leaves += 2.0 * static_cast<double>(own.pairing.groups.size() + own.legs.size());
  }
  return slack + cent_of_a_leaf * leaves;
}

}  // namespace

Result<MarginState::Part> MarginState::computed(Account account, const MarketView& market) const {
  const auto found = margin(account, market, pack_, limits_);
  if (!found) return found.error();
  return Part{std::move(account),
              {found->equity,
               found->initial.amount,
               found->maintenance.amount,
               found->initial.excess,
               found->maintenance.excess,
               {}},
              slack_of(found->initial),
              slack_of(found->maintenance)};
}

MarketView MarginState::view_of(const std::string& underlying) const {
  MarketView own{market_.valuation_date, {}};
  for (const UnderlyingView& view : market_.underlyings)
    if (view.name == underlying) own.underlyings.push_back(view);
  return own;
}

Result<MarginState> MarginState::of(const Account& account, MarketView market, RulePack pack,
                                    const SearchLimits& limits) {
  MarginState state;
  state.account_id_ = account.account_id;
  state.cash_ = account.cash;
  state.market_ = std::move(market);
  state.pack_ = std::move(pack);
  state.limits_ = limits;
  // One run of the whole refuses what is wrong in the order that a margin run names it.
  const auto whole = margin(account, state.market_, state.pack_, limits);
  if (!whole) return whole.error();
  for (auto& [name, own] : by_underlying(account)) {
    auto part = state.computed(std::move(own), state.view_of(name));
    if (!part) return part.error();
    state.sum_ = state.sum_ + part->figures;
    state.parts_.emplace(name, std::move(*part));
  }
  state.figures_ = with_cash(state.sum_, state.cash_);
  return state;
}

Account MarginState::account() const {
  Account all{account_id_, cash_, {}, {}, {}};
  for (const auto& [name, part] : parts_) append(all, part.account);
  return all;
}

Result<MarginState::Part> MarginState::traded(const TradeChange& trade) const {
  const std::string& name = underlying_of(trade.position);
  const auto found = parts_.find(name);
  Account own = found == parts_.end() ? Account{account_id_, {}, {}, {}, {}} : found->second.account;
  add_trade(own, trade);
  return computed(std::move(own), view_of(name));
}

MarginFigures MarginState::total(Money cash, const std::string& replaced, const Part& part) const {
  const auto found = parts_.find(replaced);
  const MarginFigures before = found == parts_.end() ? MarginFigures{} : found->second.figures;
  return with_cash(sum_ - before + part.figures, cash);
}

Result<MarginState::Outcome> MarginState::outcome(const Change& change) const {
  Outcome after{cash_, {}, {}, {}};
  if (const auto* cash = std::get_if<CashChange>(&change)) {
    after.cash += cash->amount;
    after.figures = with_cash(sum_, after.cash);
    return after;
  }
  if (const auto* trade = std::get_if<TradeChange>(&change)) {
    const auto cost = cost_of(*trade);
    if (!cost) return cost.error();
    after.cash -= *cost;
    after.underlying = underlying_of(trade->position);
    auto part = traded(*trade);
    if (!part) return part.error();
    after.part = std::move(*part);
  } else {
    const auto& price = std::get<PriceChange>(change);
    after.underlying = price.underlying;
    MarketView view = view_of(price.underlying);
    if (view.underlyings.empty()) return unknown_underlying(price.underlying);
    view.underlyings.front().spot = price.spot;
    const auto found = parts_.find(price.underlying);
    Account own = found == parts_.end() ? Account{account_id_, {}, {}, {}, {}} : found->second.account;
    if (auto flaw = take_marks(own, price.marks)) return *flaw;
    auto part = computed(std::move(own), view);
    if (!part) return part.error();
    after.part = std::move(*part);
  }
  after.figures = total(after.cash, after.underlying, after.part);
  return after;
}

Result<MarginFigures> MarginState::tried(const Change& change) const {
  auto after = outcome(change);
  if (!after) return after.error();
  return after->figures;
}

Result<MarginFigures> MarginState::apply(const Change& change) {
  auto after = outcome(change);
  if (!after) return after.error();
  cash_ = after->cash;
  figures_ = after->figures;
  if (after->underlying.empty()) return figures_;
  if (const auto* price = std::get_if<PriceChange>(&change))
    std::ranges::find(market_.underlyings, price->underlying, &UnderlyingView::name)->spot = price->spot;
  Part& part = parts_[after->underlying];
  sum_ = sum_ - part.figures + after->part.figures;
  part = std::move(after->part);
  return figures_;
}

Result<std::vector<MarginalRequirement>> MarginState::marginals() const {
  std::vector<MarginalRequirement> all;
  for (const Position& position : positions_of(account())) {
    const std::string& name = underlying_of(position);
    const Part& with = parts_.at(name);
    const auto without = computed(without_trade(with.account, trade_id_of(position)), view_of(name));
    if (!without) return without.error();
    all.push_back({trade_id_of(position), with.figures.initial - without->figures.initial,
                   with.figures.maintenance - without->figures.maintenance});
  }
  return all;
}

Result<LargestSize> MarginState::largest(const TradeChange& trade, Phase phase, std::int64_t limit) const {
  const std::string& name = underlying_of(trade.position);
  const MarketView view = view_of(name);
  if (view.underlyings.empty()) return unknown_underlying(name);
  const auto found = parts_.find(name);
  const Account own = found == parts_.end() ? Account{} : found->second.account;
  const auto evaluate = [&](std::int64_t quantity) -> Result<SizePoint> {
    const auto after = outcome(sized(trade, quantity));
    if (!after) return after.error();
    const bool initial = phase == Phase::initial;
    const Money excess = initial ? after->figures.initial_excess : after->figures.excess;
    return SizePoint{excess, excess.dollars() + (initial ? after->part.slack_initial : after->part.slack_maintenance)};
  };
  return largest_size(evaluate, piece_starts(own, trade), within_notional(trade, view.underlyings.front().spot, limit));
}

}  // namespace plimsoll::margin
