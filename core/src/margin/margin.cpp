#include "plimsoll/margin/margin.hpp"

#include "holdings.hpp"
#include "plimsoll/margin/maximum_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace plimsoll::margin {

namespace {

// A certificate within half a cent proves the printed requirement.
constexpr double proof_gap = 0.005;

Money to_cents(double dollars) {
  // Prices and quantities are bounded by then, so the amount is within the range of Money.
  const auto cents = Money::round_half_up(dollars);
  return cents ? *cents : Money{};
}

/// Adds the outright margin of the futures of one underlying to its groups.
std::optional<Error> add_futures(std::vector<Component>& groups, const UnderlyingHoldings& own, Phase phase, Date date,
                                 const RulePack& pack) {
  for (const FutureHolding& future : own.futures) {
    const FutureRate* rate = future_rate(pack, own.book.view.name, future.multiplier, date);
    if (rate == nullptr)
      return Error{ErrorCode::not_in_force, "pack.futures", own.book.view.name + " x " + text_of(future.multiplier),
                   "a contract with an outright margin in force on " + date.iso(),
                   "add the contract's margin with its date to the parameter pack " + pack.pack_id};
    const Money outright = phase == Phase::initial ? rate->initial : rate->maintenance;
    const auto contracts = static_cast<std::int64_t>(std::fabs(future.quantity));
    groups.push_back({ComponentKind::requirement,
                      "outright future " + future.expiry.iso(),
                      "pack " + pack.pack_id,
                      {{"contracts", future.quantity},
                       {"outright margin", outright.dollars()},
                       {"in force from day", static_cast<double>(rate->in_force_from.days)}},
                      outright * contracts,
                      {}});
  }
  return std::nullopt;
}

Money option_value(const UnderlyingBook& book) {
  Money total;
  for (const OptionLeg& leg : book.legs) total += to_cents(static_cast<double>(leg.quantity) * leg.contract_value());
  return total;
}

/// Option value of one underlying that equity may not count, and its long part that is paid in full.
Component uncounted(const UnderlyingBook& book, const Pairing& pairing, const RulePack& pack, Money& paid_in_full) {
  Money counted;
  for (const Group& group : pairing.groups) {
    const double value = amounts(group, book, Phase::maintenance, pack).counted_value;
    if (group.kind == GroupKind::long_dated_option || group.kind == GroupKind::long_box) {
      counted += to_cents(value);
      continue;
    }
    for (const GroupLeg& part : group.legs)
      if (part.quantity > 0)
        paid_in_full += to_cents(static_cast<double>(part.quantity) * book.legs[part.leg].contract_value());
  }
  const Money all = option_value(book);
  return {ComponentKind::valuation,
          book.view.name,
          "4210(f)(2)(D)",
          {{"option market value", all.dollars()}, {"option value with loan value", counted.dollars()}},
          all - counted,
          {}};
}

Result<PhaseResult> phase_result(const std::vector<UnderlyingHoldings>& holdings, Phase phase, Date date,
                                 const RulePack& pack, const SearchLimits& limits, Money equity) {
  PhaseResult result;
  std::vector<Component> by_underlying;
  std::vector<Component> not_counted;
  for (const UnderlyingHoldings& own : holdings) {
    Pairing pairing = cheapest_pairing(own.book, phase, pack, limits);
    std::vector<Component> groups;
    for (const Group& group : pairing.groups) groups.push_back(explain(group, own.book, phase, pack));
    if (auto flaw = add_futures(groups, own, phase, date, pack)) return *flaw;
    by_underlying.push_back(sum_of(own.book.view.name, "", std::move(groups)));
    if (!own.book.legs.empty()) not_counted.push_back(uncounted(own.book, pairing, pack, result.paid_in_full));
    result.pairings.push_back({own.book.view.name, own.book.legs, std::move(pairing)});
  }
  const bool initial = phase == Phase::initial;
  result.requirement =
      sum_of(initial ? "initial" : "maintenance", initial ? "RegT 220.12" : "4210", std::move(by_underlying));
  result.uncounted_options = sum_of("options without loan value", "4210(f)(2)(D)", std::move(not_counted));
  result.amount = result.requirement.amount;
  result.equity_with_loan_value = equity - result.uncounted_options.amount;
  result.excess = result.equity_with_loan_value - result.amount;
  return result;
}

void warn_of_price_levels(std::vector<Warning>& warnings, const UnderlyingBook& book, const RulePack& pack) {
  if (book.short_shares == 0.0 || book.view.price_basis == PriceBasis::raw) return;
  const auto rule = per_share_rule(book.view.spot, book.view.leverage, pack.stock);
  if (rule == PerShareRule::proportional) {
    warnings.push_back({"price_level_unknown", book.view.name,
                        "short stock has a per-share minimum; at the adjusted price " + text_of(book.view.spot) +
                            " it does not bind, at the raw price, which is not known here, it may"});
    return;
  }
  warnings.push_back({"hinges_on_adjusted_price", book.view.name,
                      std::string(rule == PerShareRule::low_price ? "the low-price rule" : "the per-share minimum") +
                          " decides the requirement of short stock, and the price " + text_of(book.view.spot) +
                          " is adjusted: the price that was traded is not known here"});
}

/// Whether calls and puts each balance and every short expires on or before every long of one style.
bool is_balanced(const std::vector<OptionLeg>& legs) {
  std::int64_t calls = 0;
  std::int64_t puts = 0;
  Date last_short{std::numeric_limits<std::int32_t>::min()};
  Date first_long{std::numeric_limits<std::int32_t>::max()};
  for (const OptionLeg& leg : legs) {
    (leg.type == OptionType::call ? calls : puts) += leg.quantity * leg.multiplier;
    if (leg.exercise != legs.front().exercise) return false;
    if (leg.quantity > 0) first_long = std::min(first_long, leg.expiry);
    if (leg.quantity < 0) last_short = std::max(last_short, leg.expiry);
  }
  return calls == 0 && puts == 0 && last_short <= first_long;
}

void warn_of_pairing(std::vector<Warning>& warnings, const UnderlyingBook& book, const UnderlyingPairing& found) {
  const Certificate& certificate = found.pairing.certificate;
  if (certificate.gap() > proof_gap)
    warnings.push_back({"pairing_not_proven", book.view.name,
                        "the search was cut short; the requirement is at most " + text_of(certificate.gap()) +
                            " dollars above the cheapest pairing"});
  if (book.legs.empty() || book.long_shares > 0.0 || book.short_shares > 0.0 || !is_balanced(book.legs)) return;
  std::vector<PayoffLeg> payoff;
  for (const OptionLeg& leg : book.legs)
    payoff.push_back({leg.type, leg.strike, static_cast<double>(leg.quantity * leg.multiplier)});
  const double loss = maximum_loss(payoff).loss;
  if (certificate.optimum < loss - proof_gap)
    warnings.push_back(
        {"below_maximum_loss", book.view.name,
         "4210(f)(2)(H) asks for the lesser of the uncovered requirements and the maximum loss; here the "
         "former is less than the maximum loss of " +
             text_of(loss)});
}

}  // namespace

Result<MarginResult> margin(const Account& account, const MarketView& market, const RulePack& pack,
                            const SearchLimits& limits) {
  if (auto flaw = find_flaw(pack)) return *flaw;
  const Date date = market.valuation_date;
  if (date < pack.in_force_from || pack.in_force_until < date)
    return Error{ErrorCode::not_in_force, "pack.pack_id", pack.pack_id,
                 "a pack in force on " + date.iso() + "; this one is from " + pack.in_force_from.iso() + " to " +
                     pack.in_force_until.iso(),
                 "choose the pack of that date"};
  const auto holdings = canonical_holdings(account, market, pack);
  if (!holdings) return holdings.error();

  MarginResult result;
  result.account_id = account.account_id;
  result.valuation_date = date;
  result.equity_tree = equity_of(account.cash, *holdings);
  result.equity = result.equity_tree.amount;

  auto initial = phase_result(*holdings, Phase::initial, date, pack, limits, result.equity);
  if (!initial) return initial.error();
  auto maintenance = phase_result(*holdings, Phase::maintenance, date, pack, limits, result.equity);
  if (!maintenance) return maintenance.error();
  result.initial = std::move(*initial);
  result.maintenance = std::move(*maintenance);
  result.call = std::max(Money{}, -result.maintenance.excess);
  if (!holdings->empty()) result.minimum_equity_shortfall = std::max(Money{}, pack.minimum_equity - result.equity);
  for (std::size_t i = 0; i < holdings->size(); ++i) {
    warn_of_price_levels(result.warnings, (*holdings)[i].book, pack);
    warn_of_pairing(result.warnings, (*holdings)[i].book, result.maintenance.pairings[i]);
  }
  return result;
}

std::vector<Result<MarginResult>> margin_accounts(std::span<const Account> accounts, const MarketView& market,
                                                  const RulePack& pack, const SearchLimits& limits) {
  std::vector<Result<MarginResult>> results;
  results.reserve(accounts.size());
  for (const Account& account : accounts) results.push_back(margin(account, market, pack, limits));
  return results;
}

}  // namespace plimsoll::margin
