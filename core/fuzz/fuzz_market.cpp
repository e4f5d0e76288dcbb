// Curves, surfaces and snapshots from any numbers: refused, or finite wherever they are asked.
#include "fuzz.hpp"

#include <algorithm>
#include <cstddef>

namespace plimsoll::fuzz {
namespace {

void ask_curve(const Curve& curve, double years) {
  const auto [low, high] = std::ranges::minmax(curve.rates());
  const double rate = curve.zero_rate(years);
  const double slack = 1e-9 * (std::fabs(low) + std::fabs(high));
  require(rate >= low - slack && rate <= high + slack, "a zero rate lies between the least and the greatest pillar");
  require(!std::isnan(curve.discount_factor(years)), "a discount factor is a number");
  require(curve.discount_factor(0.0) == 1.0, "one unit paid now is one unit");
}

void ask_surface(const VolatilitySurface& surface, double strike, double forward, double years) {
  const double volatility = surface.volatility(strike, forward, years);
  require(volatility >= 0.5 * surface.atm() && volatility <= 2.0 * surface.atm(), "a volatility stays in its clamp");
}

void make_snapshot(FuzzedDataProvider& data, Numbers& numbers) {
  std::vector<UnderlyingMarket> markets;
  const auto count = data.ConsumeIntegralInRange(0, 3);
  for (int i = 0; i < count; ++i) {
    const auto market = any_market(data, numbers, data.ConsumeRandomLengthString(4));
    if (!market) return require_plain(market.error());
    markets.push_back(*market);
  }
  const auto snapshot = Snapshot::make(numbers.date(today), markets);
  if (!snapshot) return require_plain(snapshot.error());
  require(snapshot->digest().size() == 64, "a snapshot has a digest");
  for (const UnderlyingMarket& market : markets) {
    const auto found = snapshot->underlying(market.name);
    require(found && **found == market, "a snapshot gives back what it was made of");
    const auto same = snapshot->with(market);
    require(same && same->digest() == snapshot->digest(), "the same market in the same place is the same snapshot");
  }
  const auto absent = snapshot->underlying("not there");
  if (!absent) require_plain(absent.error());
}

}  // namespace
}  // namespace plimsoll::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace plimsoll::fuzz;
  FuzzedDataProvider data(bytes, size);
  Numbers numbers(data);
  const double years = std::fabs(numbers.plain(0.0, 50.0));
  if (const auto curve = any_curve(data, numbers))
    ask_curve(*curve, years);
  else
    require_plain(curve.error());
  const double strike = numbers.plain(0.0, 1e6);
  const double forward = numbers.plain(0.0, 1e6);
  if (const auto surface = any_surface(data, numbers))
    ask_surface(*surface, strike, forward, years);
  else
    require_plain(surface.error());
  make_snapshot(data, numbers);
  return 0;
}
