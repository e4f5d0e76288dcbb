#include "plimsoll/margin/span/arrays.hpp"

#include "plimsoll/scenario/shock.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace plimsoll::margin::span {

namespace {

constexpr std::int32_t longest_look_ahead = 30;

Error flaw(std::string field, std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, "settings." + std::move(field), std::move(value), std::move(allowed),
          "correct the scan ranges that the arrays are made with"};
}

std::optional<Error> flaw_of(const ScanSettings& settings, const Snapshot& snapshot) {
  if (settings.scan_points.size() != scenario_count)
    return flaw("scan_points", std::to_string(settings.scan_points.size()), "16 scenarios");
  if (settings.delta_points.empty()) return flaw("delta_points", "0", "at least one point");
  if (settings.look_ahead_days < 0 || settings.look_ahead_days > longest_look_ahead)
    return flaw("look_ahead_days", std::to_string(settings.look_ahead_days), "0 to 30");
  double widest = 0.0;
  for (const ScanPoint& point : settings.scan_points) widest = std::max(widest, std::fabs(point.price));
  for (const ScanRange& range : settings.ranges) {
    const std::string at = "ranges[" + range.underlying + "].";
    const auto market = snapshot.underlying(range.underlying);
    if (!market) return market.error();
    if (!(range.price > 0.0 && range.price * widest < (*market)->spot))
      return flaw(
          at + "price", text_of(range.price),
          "above 0, and the widest move, " + text_of(widest) + " times it, below the spot " + text_of((*market)->spot));
    if (!(range.volatility >= 0.0 && range.volatility <= 10.0))
      return flaw(at + "volatility", text_of(range.volatility), "0 to 10");
  }
  return std::nullopt;
}

/// The same market some days later: time has passed, and dividends on the way have left the spot.
Result<Snapshot> later(const Snapshot& snapshot, std::int32_t days) {
  const Date then = snapshot.valuation_date() + days;
  std::vector<UnderlyingMarket> markets;
  for (const auto& market : snapshot.underlyings()) {
    UnderlyingMarket moved = *market;
    for (const CashDividend& dividend : moved.dividends)
      if (snapshot.valuation_date() < dividend.ex_date && dividend.ex_date <= then) moved.spot -= dividend.amount;
    markets.push_back(std::move(moved));
  }
  return Snapshot::make(then, std::move(markets));
}

Result<Snapshot> moved(const Snapshot& snapshot, const ScanSettings& settings, double price, double volatility) {
  Shock shock{{}, settings.volatility_floor};
  for (const ScanRange& range : settings.ranges) {
    const double spot = (*snapshot.underlying(range.underlying))->spot;
    shock.moves.push_back({range.underlying, price * range.price / spot, 0.0, volatility * range.volatility});
  }
  return apply(shock, snapshot);
}

/// Today's market and every scenario's, or every delta point's.
struct Markets {
  std::vector<Snapshot> scenarios;
  std::vector<Snapshot> deltas;
};

Result<Markets> markets_of(const Snapshot& snapshot, const ScanSettings& settings) {
  const auto then = later(snapshot, settings.look_ahead_days);
  if (!then) return then.error();
  Markets markets{{snapshot}, {}};
  for (const ScanPoint& point : settings.scan_points) {
    auto made = moved(*then, settings, point.price, point.volatility);
    if (!made) return made.error();
    markets.scenarios.push_back(*std::move(made));
  }
  for (const DeltaPoint& point : settings.delta_points) {
    auto made = moved(*then, settings, point.price, 0.0);
    if (!made) return made.error();
    markets.deltas.push_back(*std::move(made));
  }
  return markets;
}

bool is_linear(const Trade& trade) {
  return std::holds_alternative<FutureTerms>(trade.terms) || std::holds_alternative<StockTerms>(trade.terms);
}

Result<ScannedContract> scanned(const Trade& trade, std::size_t place,
                                const std::vector<std::vector<Result<double>>>& prices,
                                const std::vector<std::vector<Outcome>>& deltas, const ScanSettings& settings) {
  const auto has_range = [&](const ScanRange& range) { return range.underlying == underlying_of(trade); };
  if (std::ranges::none_of(settings.ranges, has_range))
    return Error{ErrorCode::missing_quote, "settings.ranges", underlying_of(trade), "a scan range for its underlying",
                 "add the range of the underlying to the scan ranges"};
  ScannedContract contract;
  for (const auto& row : prices)
    if (!row[place]) return row[place].error();
  contract.price = *prices.front()[place];
  for (std::size_t s = 0; s < scenario_count; ++s)
    contract.losses.push_back(settings.scan_points[s].weight * trade.multiplier *
                              (contract.price - *prices[s + 1][place]));
  if (is_linear(trade)) {
    contract.delta = 1.0;
    return contract;
  }
  for (std::size_t p = 0; p < deltas.size(); ++p) {
    const Result<Valuation>& valued = deltas[p][place].result;
    if (!valued) return valued.error();
    contract.delta += settings.delta_points[p].weight * valued->greeks.delta;
  }
  return contract;
}

}  // namespace

Result<std::vector<Result<ScannedContract>>> scan_contracts(std::span<const Trade> contracts, const Snapshot& snapshot,
                                                            const ScanSettings& settings, const Method& method,
                                                            int threads) {
  if (auto found = flaw_of(settings, snapshot)) return *found;
  const auto markets = markets_of(snapshot, settings);
  if (!markets) return markets.error();
  constexpr auto yields = UnfitMethod::yields_to_best;
  const auto prices = price_book(contracts, markets->scenarios, method, threads, CrossedBarrier::is_refused, yields);
  std::vector<std::vector<Outcome>> deltas;
  for (const Snapshot& market : markets->deltas)
    deltas.push_back(value_book(contracts, market, method, threads, yields));
  std::vector<Result<ScannedContract>> found;
  for (std::size_t i = 0; i < contracts.size(); ++i)
    found.push_back(scanned(contracts[i], i, prices, deltas, settings));
  return found;
}

}  // namespace plimsoll::margin::span
