#include "plimsoll/margin/portfolio/portfolio_margin.hpp"

#include "../holdings.hpp"
#include "../mark_sheet.hpp"
#include "offsets.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/valuation/resolve_market.hpp"
#include "series_profits.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr std::string_view rule = "4210(g)";

Series stock_series(const std::string& underlying) {
  Series series;
  series.underlying = underlying;
  return series;
}

Series future_series(const std::string& underlying, Date expiry) {
  Series series = stock_series(underlying);
  series.kind = SeriesKind::future;
  series.expiry = expiry;
  return series;
}

Error of_position(Error flaw, const std::string& trade_id) {
  flaw.field = "positions[" + trade_id + "]." + flaw.field;
  return flaw;
}

/// The market of one underlying alone, with the volatility of the series for every strike: no point of the range moves
/// the implied volatility of an option.
Result<UnderlyingMarket> market_of(const Series& series, const Snapshot& snapshot) {
  const auto found = snapshot.underlying(series.underlying);
  if (!found) return found.error();
  UnderlyingMarket market = **found;
  if (series.kind != SeriesKind::option) return market;
  constexpr double days_per_year = 365.0;
  const Date today = snapshot.valuation_date();
  const double years = static_cast<double>(series.expiry.days - today.days) / days_per_year;
  if (years < 0.0) return market;  // the door refuses it
  const auto dividends = dividends_until(market, today, years);
  const auto surface =
      VolatilitySurface::flat(resolve_black_scholes(market, series.strike, years, dividends).volatility);
  if (!surface) return surface.error();
  market.surface = *surface;
  return market;
}

Trade trade_of(const Series& series) {
  if (series.kind == SeriesKind::future) return {{}, 1.0, 1.0, FutureTerms{series.underlying, series.expiry}};
  return {{}, 1.0, 1.0, OptionTerms{series.underlying, series.type, series.exercise, series.strike, series.expiry}};
}

Result<PointProfits> revalued(const Series& series, const UnderlyingMarket& market, Date today,
                              const std::vector<double>& moves, const Method& method) {
  std::vector<Snapshot> markets;
  for (std::size_t s = 0; s <= valuation_points; ++s) {
    UnderlyingMarket moved = market;
    if (s > 0) moved.spot *= 1.0 + moves[s - 1];
    auto snapshot = Snapshot::make(today, {std::move(moved)});
    if (!snapshot) return snapshot.error();
    markets.push_back(std::move(*snapshot));
  }
  const Trade trade = trade_of(series);
  const auto prices = price_book(std::span(&trade, 1), markets, method, 1);
  PointProfits profits{};
  for (const auto& price : prices)
    if (!price.front()) return price.front().error();
  for (std::size_t s = 0; s < valuation_points; ++s) profits[s] = *prices[s + 1].front() - *prices.front().front();
  return profits;
}

Result<PointProfits> profits_of(const Series& series, const Snapshot& snapshot, const Method& method,
                                const PortfolioSettings& settings) {
  const auto market = market_of(series, snapshot);
  if (!market) return market.error();
  const auto view = std::ranges::find(settings.market.underlyings, series.underlying, &UnderlyingView::name);
  if (view == settings.market.underlyings.end())
    return Error{ErrorCode::missing_quote, "underlying", series.underlying, "an underlying of the snapshot",
                 "add the underlying to the snapshot or correct its name"};
  const auto moves = place_of(*view, settings.pack).moves;
  if (series.kind != SeriesKind::stock) return revalued(series, *market, snapshot.valuation_date(), moves, method);
  PointProfits profits{};
  for (std::size_t s = 0; s < valuation_points; ++s) profits[s] = market->spot * moves[s];
  return profits;
}

/// One position with its place, netted over its lots.
struct Leg {
  std::string name;
  PointProfits per_unit{};
  double quantity = 0.0;
  double multiplier = 1.0;
  bool is_contract = false;
  [[nodiscard]] double units() const noexcept { return quantity * multiplier; }
};

struct ClassGroup {
  std::vector<Leg> legs;
  std::vector<double> moves;
  PointProfits profits{};
  double minimum = 0.0;  ///< cents
};

struct ProductGroup {
  std::map<std::string, ClassGroup> classes;
  double offset = 0.0;
  OffsetSum sum;
  PointProfits profits{};
};

struct PortfolioGroup {
  std::map<std::string, ProductGroup> products;
  double offset = 0.0;
  OffsetSum sum;
  PointProfits profits{};
  double minimum = 0.0;  ///< cents
};

using Groups = std::map<std::string, PortfolioGroup>;

std::vector<Leg> legs_of(const UnderlyingHoldings& own, const SeriesProfits& profits) {
  const std::string& name = own.book.view.name;
  std::vector<Leg> legs;
  const auto add_stock = [&](const char* side, double shares) {
    if (shares != 0.0) legs.push_back({side + name, *profits.of(stock_series(name)), shares, 1.0, false});
  };
  add_stock("long ", own.book.long_shares);
  add_stock("short ", -own.book.short_shares);
  for (const OptionLeg& leg : own.book.legs) {
    const Series series{name, SeriesKind::option, leg.type, leg.exercise, leg.strike, leg.expiry};
    legs.push_back({(leg.quantity > 0 ? "long " : "short ") + name +
                        (leg.type == OptionType::call ? " call " : " put ") + text_of(leg.strike) + " " +
                        leg.expiry.iso(),
                    *profits.of(series), static_cast<double>(leg.quantity), static_cast<double>(leg.multiplier), true});
  }
  for (const FutureHolding& future : own.futures) {
    if (future.quantity == 0.0) continue;
    legs.push_back({(future.quantity > 0.0 ? "long " : "short ") + name + " future " + future.expiry.iso(),
                    *profits.of(future_series(name, future.expiry)), future.quantity, future.multiplier, true});
  }
  return legs;
}

Groups grouped(const std::vector<UnderlyingHoldings>& holdings, const SeriesProfits& profits,
               const PortfolioPack& pack) {
  Groups groups;
  for (const UnderlyingHoldings& own : holdings) {
    ClassPlace place = place_of(own.book.view, pack);
    PortfolioGroup& portfolio = groups[place.portfolio_group];
    portfolio.offset = place.portfolio_offset;
    ProductGroup& product = portfolio.products[place.product_group];
    product.offset = place.product_offset;
    ClassGroup& group = product.classes[place.class_group];
    group.moves = std::move(place.moves);
    for (Leg& leg : legs_of(own, profits)) {
      add_position(group.profits, leg.per_unit, leg.units());
      if (leg.is_contract) group.minimum += cents_of(pack.minimum_per_unit * std::fabs(leg.units()));
      group.legs.push_back(std::move(leg));
    }
  }
  for (auto& [name, portfolio] : groups) {
    for (auto& [below, product] : portfolio.products) {
      for (const auto& [last, group] : product.classes) {
        product.sum.add(group.profits);
        portfolio.minimum += group.minimum;
      }
      product.profits = product.sum.total(product.offset);
      portfolio.sum.add(product.profits);
    }
    portfolio.profits = portfolio.sum.total(portfolio.offset);
  }
  return groups;
}

/// Gains at the worst point that the offset does not let count: what the requirement is higher for.
void add_uncounted(std::vector<Component>& parts, const OffsetSum& sum, std::size_t worst, double offset) {
  const double uncounted = sum.gains[worst] - sum.counted(worst, offset);
  if (uncounted == 0.0) return;
  parts.push_back({ComponentKind::requirement,
                   "gains that do not count",
                   std::string(rule),
                   {{"gains", sum.gains[worst] / 100.0}, {"offset", offset}},
                   money_of(uncounted),
                   {}});
}

std::vector<Component> explained(const ClassGroup& group, std::size_t worst) {
  std::vector<Component> leaves;
  for (const Leg& leg : group.legs) {
    PointProfits profit{};
    add_position(profit, leg.per_unit, leg.units());
    leaves.push_back({ComponentKind::requirement,
                      leg.name,
                      std::string(rule),
                      {{leg.is_contract ? "contracts" : "shares", leg.quantity},
                       {"multiplier", leg.multiplier},
                       {"move", group.moves[worst]},
                       {"profit per unit", leg.per_unit[worst]}},
                      -money_of(profit[worst]),
                      {}});
  }
  return leaves;
}

/// Wraps the parts of a group, unless the group is one of the only member's own.
void append(std::vector<Component>& to, const std::string& name, const std::string& above,
            std::vector<Component> parts) {
  if (name == above)
    std::ranges::move(parts, std::back_inserter(to));
  else
    to.push_back(sum_of(name, std::string(rule), std::move(parts)));
}

Component explained(const std::string& name, const PortfolioGroup& portfolio, const PortfolioGroupResult& found) {
  std::vector<Component> parts;
  for (const auto& [product_name, product] : portfolio.products) {
    std::vector<Component> below;
    for (const auto& [class_name, group] : product.classes)
      append(below, class_name, product_name, explained(group, found.worst_point));
    add_uncounted(below, product.sum, found.worst_point, product.offset);
    append(parts, product_name, name, std::move(below));
  }
  add_uncounted(parts, portfolio.sum, found.worst_point, portfolio.offset);
  const Money loss = -money_of(found.profits[found.worst_point]);
  if (found.requirement != loss)
    parts.push_back({ComponentKind::requirement,
                     "up to the minimum for each contract",
                     std::string(rule),
                     {{"minimum", found.minimum.dollars()}},
                     found.requirement - loss,
                     {}});
  return sum_of(name, std::string(rule), std::move(parts));
}

void add_warnings(PortfolioMargin& result, const std::vector<UnderlyingHoldings>& holdings, const PortfolioPack& pack) {
  for (const UnderlyingHoldings& own : holdings) {
    const UnderlyingView& view = own.book.view;
    if (view.kind == UnderlyingClass::equity || place_of(view, pack).listed) continue;
    result.warnings.push_back({"class_not_listed", view.name,
                               "the pack has no row for this index: its range is that of its class, and it offsets "
                               "nothing else"});
  }
  if (holdings.empty()) return;
  for (const EquityTier& tier : pack.tiers)
    if (result.equity < tier.equity)
      result.warnings.push_back(
          {"below_equity_tier", "",
           "equity " + result.equity.text() + " is below the " + tier.equity.text() + " for " + tier.name});
}

/// The first position that cannot be margined in this regime.
std::optional<Error> flaw_of(const Account& account, const SeriesProfits& profits, const PortfolioSettings& settings) {
  const auto unvalued = [&](const auto& positions) -> std::optional<Error> {
    for (const auto& position : positions)
      if (const auto& profit = profits.of(series_of(position)); !profit)
        return of_position(profit.error(), position.trade_id);
    return std::nullopt;
  };
  for (const StockPosition& position : account.stocks) {
    const auto row = std::ranges::find(settings.pack.classes, position.underlying, &ClassRow::underlying);
    if (row != settings.pack.classes.end() && row->long_only && position.quantity < 0.0)
      return Error{ErrorCode::invalid_value, "positions[" + position.trade_id + "].quantity",
                   text_of(position.quantity), "0 or more of " + position.underlying + ", which nobody sells short",
                   "correct the quantity"};
  }
  if (auto flaw = unvalued(account.stocks)) return flaw;
  if (auto flaw = unvalued(account.options)) return flaw;
  return unvalued(account.futures);
}

}  // namespace

Series series_of(const StockPosition& position) { return stock_series(position.underlying); }

Series series_of(const OptionPosition& position) {
  return {position.underlying, SeriesKind::option, position.type, position.exercise, position.strike, position.expiry};
}

Series series_of(const FuturePosition& position) { return future_series(position.underlying, position.expiry); }

void SeriesProfits::add(std::span<const Account> accounts, const Snapshot& snapshot, const Method& method,
                        const PortfolioSettings& settings, int threads) {
  std::vector<std::pair<const Series, Result<PointProfits>>*> fresh;
  const auto add_all = [&](const auto& positions) {
    for (const auto& position : positions) {
      const auto [entry, is_new] = profits_.try_emplace(series_of(position), PointProfits{});
      if (is_new) fresh.push_back(&*entry);
    }
  };
  for (const Account& account : accounts) {
    add_all(account.stocks);
    add_all(account.options);
    add_all(account.futures);
  }
  parallel_blocks(fresh.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      fresh[i]->second = profits_of(fresh[i]->first, snapshot, method, settings);
  });
}

void SeriesProfits::forget(const std::string& underlying) {
  std::erase_if(profits_, [&](const auto& entry) { return entry.first.underlying == underlying; });
}

std::optional<Error> flaw_on(const PortfolioPack& pack, Date date) {
  if (auto flaw = find_flaw(pack)) return flaw;
  if (date >= pack.in_force_from && date <= pack.in_force_until) return std::nullopt;
  return Error{ErrorCode::not_in_force, "pack.pack_id", pack.pack_id,
               "a pack in force on " + date.iso() + "; this one is from " + pack.in_force_from.iso() + " to " +
                   pack.in_force_until.iso(),
               "choose the pack of that date"};
}

Result<PortfolioMargin> portfolio_margin_of(const Account& account, const SeriesProfits& profits,
                                            const PortfolioSettings& settings) {
  const auto holdings = canonical_holdings(account, settings.market, {});
  if (!holdings) return holdings.error();
  if (auto flaw = flaw_of(account, profits, settings)) return *flaw;
  PortfolioMargin result;
  result.account_id = account.account_id;
  result.valuation_date = settings.market.valuation_date;
  result.equity_tree = equity_of(account.cash, *holdings);
  result.equity = result.equity_tree.amount;
  std::vector<Component> parts;
  for (const auto& [name, portfolio] : grouped(*holdings, profits, settings.pack)) {
    const std::size_t worst = worst_of(portfolio.profits);
    const Money minimum = money_of(portfolio.minimum);
    const Money risk = std::max(Money{}, -money_of(portfolio.profits[worst]));
    const Money requirement = money_of(requirement_cents(portfolio.profits, portfolio.minimum));
    result.groups.push_back({name, portfolio.profits, worst, risk, minimum, requirement});
    parts.push_back(explained(name, portfolio, result.groups.back()));
  }
  result.requirement_tree = sum_of("portfolio margin", std::string(rule), std::move(parts));
  result.requirement = result.requirement_tree.amount;
  result.excess = result.equity - result.requirement;
  result.call = std::max(Money{}, -result.excess);
  add_warnings(result, *holdings, settings.pack);
  return result;
}

std::vector<Result<PortfolioMargin>> portfolio_margin(std::span<const Account> accounts, const Snapshot& snapshot,
                                                      const Method& method, const PortfolioSettings& settings,
                                                      int threads) {
  const Date date = snapshot.valuation_date();
  const auto flaw = flaw_on(settings.pack, date);
  std::vector<Result<PortfolioMargin>> results(accounts.size(), flaw ? *flaw : Error{});
  if (flaw) return results;
  PortfolioSettings today = settings;
  today.market = at_spots_of(settings.market, snapshot);
  today.market.valuation_date = date;
  SeriesProfits profits;
  profits.add(accounts, snapshot, method, today, threads);
  parallel_blocks(accounts.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) results[i] = portfolio_margin_of(accounts[i], profits, today);
  });
  return results;
}

}  // namespace plimsoll::margin
