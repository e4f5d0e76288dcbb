#include "plimsoll/margin/leveraged/leverage.hpp"

#include "../mark_sheet.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/margin/margin.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace plimsoll::margin {

namespace {

/// Everything that one account's leverage is computed from.
struct Subject {
  const Account& account;
  const std::vector<Trade>& trades;
  const Method& method;
  const MarginSettings& settings;
  const LeverageSettings& asked;
};

LeverageFactor factor_of(const std::string& underlying, const LeverageSettings& asked) {
  const auto found = std::ranges::find(asked.factors, underlying, &LeverageFactor::underlying);
  return found == asked.factors.end() ? LeverageFactor{underlying, 1.0, 1.0} : *found;
}

std::optional<Error> flaw_of(const LeverageSettings& asked) {
  const auto bad = [](std::string field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, std::move(field), text_of(value), allowed, "correct the input"};
  };
  if (!(asked.stressed_move > -1.0 && asked.stressed_move <= 10.0))
    return bad("stressed_move", asked.stressed_move, "above -1, up to 10");
  for (const LeverageFactor& each : asked.factors) {
    if (!(std::fabs(each.beta) <= 100.0))
      return bad("factors[" + each.underlying + "].beta", each.beta, "within +-100");
    if (!(std::fabs(each.multiple) <= 10.0))
      return bad("factors[" + each.underlying + "].multiple", each.multiple, "within +-10");
  }
  return std::nullopt;
}

/// The trades of an account by underlying, as its margin sees them.
std::vector<std::pair<std::string, std::string>> underlyings_by_trade(const Account& account) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& p : account.stocks) all.emplace_back(p.trade_id, p.underlying);
  for (const auto& p : account.options) all.emplace_back(p.trade_id, p.underlying);
  for (const auto& p : account.futures) all.emplace_back(p.trade_id, p.underlying);
  return all;
}

/// What an account is at one market: its margin and its exposures by underlying, in the order of their names.
struct Standing {
  MarginResult margin;
  std::map<std::string, Exposure> exposures;
};

Result<Standing> standing_of(const Subject& subject, const Snapshot& snapshot) {
  const auto outcomes = value_book(subject.trades, snapshot, subject.method, 1, UnfitMethod::yields_to_best);
  Prices prices;
  for (const Outcome& outcome : outcomes)
    prices.push_back(outcome.result ? Result<double>(outcome.result->price) : Result<double>(outcome.result.error()));
  const auto marked = MarkSheet(subject.trades).marked(subject.account, prices);
  if (!marked) return marked.error();
  const MarginSettings& settings = subject.settings;
  auto found = margin(*marked, at_spots_of(settings.market, snapshot), settings.pack, settings.limits);
  if (!found) return found.error();
  Standing standing{std::move(*found), {}};
  const auto names = underlyings_by_trade(subject.account);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i].second;
    const Trade& trade = subject.trades[i];
    const auto market = snapshot.underlying(name);
    if (!market) return market.error();
    const LeverageFactor factor = factor_of(name, subject.asked);
    const double units = trade.quantity * trade.multiplier;
    const double value = units * outcomes[i].result->price;
    const double delta = units * outcomes[i].result->greeks.delta * (*market)->spot;
    Exposure& sum = standing.exposures.try_emplace(name, Exposure{name}).first->second;
    sum.value += value;
    sum.gross_value += std::fabs(value);
    sum.delta += delta;
    sum.gross_delta += std::fabs(delta);
    sum.beta_delta += factor.beta * delta;
    sum.look_through += factor.multiple * delta;
  }
  return standing;
}

std::optional<LeverageRatios> ratios_of(const Standing& standing, const LeverageSettings& asked) {
  if (standing.margin.equity <= Money{}) return std::nullopt;
  const double equity = standing.margin.equity.dollars();
  LeverageRatios ratios;
  for (const auto& [name, each] : standing.exposures) {
    ratios.gross += each.gross_value / equity;
    ratios.net += each.value / equity;
    ratios.delta_gross += each.gross_delta / equity;
    ratios.delta_net += each.delta / equity;
    ratios.beta_net += each.beta_delta / equity;
    ratios.look_through_gross += std::fabs(factor_of(name, asked).multiple) * each.gross_delta / equity;
    ratios.look_through_net += each.look_through / equity;
  }
  return ratios;
}

void add_standing(Leverage& found, const Standing& standing, const LeverageSettings& asked) {
  const MarginResult& margin = standing.margin;
  double gross = 0.0;
  for (const auto& [name, each] : standing.exposures) {
    found.exposures.push_back(each);
    gross += each.gross_value;
  }
  found.account_id = margin.account_id;
  found.equity = margin.equity;
  found.initial = margin.initial.amount;
  found.maintenance = margin.maintenance.amount;
  found.ratios = ratios_of(standing, asked);
  if (gross > 0.0) {
    found.equity_over_gross = margin.equity.dollars() / gross;
    found.implied_haircut = margin.maintenance.amount.dollars() / gross;
  }
  if (margin.maintenance.equity_with_loan_value > Money{})
    found.utilisation = margin.maintenance.amount.dollars() / margin.maintenance.equity_with_loan_value.dollars();
  if (margin.initial.amount > Money{}) found.regime_leverage = gross / margin.initial.amount.dollars();
}

Result<SpotLimits> distance(const std::vector<SpotWeight>& direction, const Subject& subject,
                            const Snapshot& snapshot) {
  auto limits = spot_limits_along(direction, {subject.trades, {subject.account}}, snapshot, subject.method,
                                  subject.settings, subject.asked.search, 1);
  if (!limits) return limits.error();
  return limits->front();
}

Result<Leverage> leverage_of(const Subject& subject, const Snapshot& snapshot, const Snapshot& stressed,
                             const std::vector<SpotWeight>& betas) {
  const auto now = standing_of(subject, snapshot);
  if (!now) return now.error();
  const auto then = standing_of(subject, stressed);
  if (!then) return then.error();
  Leverage found;
  add_standing(found, *now, subject.asked);
  found.stressed_equity = then->margin.equity;
  found.stressed = ratios_of(*then, subject.asked);
  auto index = distance(betas, subject, snapshot);
  if (!index) return index.error();
  found.index = *index;
  if (!subject.asked.by_name) return found;
  for (const auto& [name, each] : now->exposures) {
    auto limits = distance({{name, 1.0}}, subject, snapshot);
    if (!limits) return limits.error();
    found.names.push_back({name, *limits});
  }
  return found;
}

}  // namespace

Result<std::vector<Result<Leverage>>> leverage(const StressBook& book, const Snapshot& snapshot, const Method& method,
                                               const MarginSettings& settings, const LeverageSettings& asked,
                                               int threads) {
  if (auto flaw = flaw_of(asked)) return *flaw;
  std::vector<SpotWeight> betas;
  for (const auto& market : snapshot.underlyings())
    betas.push_back({market->name, factor_of(market->name, asked).beta});
  const auto stressed = apply(spot_shock_along(betas, asked.stressed_move), snapshot);
  if (!stressed) return stressed.error();
  const MarkSheet sheet(book.trades);
  std::vector<Result<Leverage>> found(book.accounts.size(), Error{});
  // The search's own flaws are those of the whole call, not of an account.
  if (const auto flaw = spot_limits({}, snapshot, method, settings, asked.search, 1); !flaw) return flaw.error();
  parallel_blocks(book.accounts.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto trades = sheet.trades_of(book.accounts[i], book.trades);
      found[i] = trades ? leverage_of({book.accounts[i], *trades, method, settings, asked}, snapshot, *stressed, betas)
                        : Result<Leverage>(trades.error());
    }
  });
  return found;
}

}  // namespace plimsoll::margin
