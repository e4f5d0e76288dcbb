// Prices an American put with its sensitivities on a dated market, and shows what a refusal looks like.
#include <cstdlib>
#include <iostream>

#include <plimsoll/valuation/value.hpp>

int main() {
  using namespace plimsoll;
  const Date today = *Date::parse("2026-01-05");
  const Date expiry = *Date::parse("2026-07-17");
  const UnderlyingMarket market{"ABC",
                                102.5,
                                PriceBasis::raw,
                                *Curve::flat(0.035),
                                Status::observed,
                                *Curve::flat(0.0),
                                Status::observed,
                                {CashDividend{*Date::parse("2026-03-16"), 0.8}},
                                *VolatilitySurface::flat(0.24),
                                Status::assumed};
  const auto snapshot = Snapshot::make(today, {market});
  const Trade trade{"put-1", -5.0, 100.0, OptionTerms{"ABC", OptionType::put, Exercise::american, 100.0, expiry}};

  const auto valuation = value(trade, *snapshot, LeisenReimer{501});
  if (!valuation) {
    std::cerr << valuation.error().message() << '\n';
    return EXIT_FAILURE;
  }
  const Greeks& greeks = valuation->greeks;
  std::cout << "price " << valuation->price << "  delta " << greeks.delta << "  gamma " << greeks.gamma << "  vega "
            << greeks.vega << "  theta " << greeks.theta << "  rho " << greeks.rho << '\n'
            << "position " << position(trade, *valuation).value.value_or(0.0) << "  snapshot "
            << valuation->evidence.snapshot_digest << '\n';

  const auto refused = value(trade, *snapshot, ClosedForm{});
  std::cout << "refused: " << refused.error().message() << '\n';
  const bool is_sound = valuation->price > 0.0 && greeks.delta < 0.0 && greeks.gamma > 0.0 && !refused;
  return is_sound ? EXIT_SUCCESS : EXIT_FAILURE;
}
