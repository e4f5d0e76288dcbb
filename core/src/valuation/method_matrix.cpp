#include "plimsoll/valuation/method_matrix.hpp"

#include "plimsoll/valuation/value.hpp"

#include <type_traits>
#include <utility>

namespace plimsoll {

namespace {

// The families, by overload, so that a method without one does not compile. A specimen of a method is small: whether it
// is accepted does not depend on its size.
struct Specimen {
  Method method;
  std::string_view family;
};

Specimen specimen(std::type_identity<ClosedForm>) { return {ClosedForm{}, "formula"}; }
Specimen specimen(std::type_identity<LeisenReimer>) { return {LeisenReimer{11}, "lattice"}; }
Specimen specimen(std::type_identity<Binomial>) { return {Binomial{.steps = 10}, "lattice"}; }
Specimen specimen(std::type_identity<Trinomial>) { return {Trinomial{.steps = 100}, "lattice"}; }
Specimen specimen(std::type_identity<CrankNicolson>) { return {CrankNicolson{20, 10}, "finite differences"}; }
Specimen specimen(std::type_identity<MonteCarlo>) { return {MonteCarlo{128, 1, 1}, "simulation"}; }
Specimen specimen(std::type_identity<IntegralEquation>) { return {IntegralEquation::fast(), "integral equation"}; }
Specimen specimen(std::type_identity<BaroneAdesiWhaley>) { return {BaroneAdesiWhaley{}, "approximation"}; }
Specimen specimen(std::type_identity<BjerksundStensland>) { return {BjerksundStensland{}, "approximation"}; }
Specimen specimen(std::type_identity<JuQuadratic>) { return {JuQuadratic{}, "approximation"}; }
Specimen specimen(std::type_identity<RainbowLattice>) { return {RainbowLattice{8}, "lattice"}; }

template <class... M>
std::vector<Specimen> specimens_of(std::type_identity<std::variant<M...>>) {
  return {specimen(std::type_identity<M>{})...};
}

constexpr Date today{20000};
constexpr Date between{20182};
constexpr Date expiry{20365};
constexpr std::string_view underlying = "specimen";
constexpr std::string_view other = "other specimen";
constexpr std::string_view exchange_rate = "exchange rate";

/// One trade of each product, at a spot of 100.
std::vector<Terms> terms_of_every_product() {
  const std::string name(underlying);
  const std::string second(other);
  const std::string exchange(exchange_rate);
  constexpr auto put = OptionType::put;
  return {
      OptionTerms{name, put, Exercise::european, 100.0, expiry},
      OptionTerms{name, put, Exercise::american, 100.0, expiry},
      AsianTerms{name, put, 100.0, {expiry}, {}, expiry},
      DigitalTerms{name, put, Payout::cash, 100.0, 10.0, 0.0, expiry},
      TouchTerms{name, Payout::cash, 10.0, BarrierSide::up, Knock::knock_in, Settlement::at_expiry, 120.0, expiry,
                 BarrierState::alive, std::nullopt},
      BarrierTerms{name, put, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 80.0, 0.0, expiry,
                   BarrierState::alive, std::nullopt},
      DoubleBarrierTerms{name, put, Payout::difference, 100.0, 0.0, Knock::knock_out, 80.0, 120.0, expiry,
                         BarrierState::alive, std::nullopt},
      SoftBarrierTerms{name, put, 100.0, BarrierSide::down, Knock::knock_out, 80.0, 90.0, expiry, 100.0},
      LookbackTerms{name, put, LookbackStrike::floating, 0.0, 100.0, expiry},
      DoubleTouchTerms{name, 10.0, Knock::knock_out, 80.0, 120.0, expiry, BarrierState::alive, std::nullopt},
      ForwardStartTerms{name, put, 1.0, between, expiry, std::nullopt},
      ChooserTerms{name, between, 100.0, expiry, 100.0, expiry, std::nullopt},
      CompoundTerms{name, put, 5.0, between, put, 100.0, expiry},
      ExtendibleTerms{name, put, ExtendedBy::holder, 100.0, between, 95.0, expiry, 1.0},
      PartialTimeBarrierTerms{name, put, 100.0, BarrierSide::down, Knock::knock_out, BarrierWindow::start, 80.0,
                              between, expiry, BarrierState::alive, std::nullopt},
      PartialLookbackTerms{name, put, LookbackStrike::floating, 0.0, 1.0, 100.0, between, expiry},
      ExchangeTerms{name, second, Exercise::european, 1.0, 1.0, expiry},
      SpreadTerms{name, second, put, Exercise::european, 10.0, expiry},
      BasketTerms{name, second, put, Exercise::european, 0.5, 0.5, 100.0, expiry},
      ExtremeTerms{name, second, put, Extreme::minimum, Exercise::european, 100.0, expiry},
      CorrelationTerms{name, second, put, 100.0, 100.0, expiry},
      SpreadTerms{name, second, put, Exercise::american, 10.0, expiry},
      FutureOptionTerms{name, put, Exercise::american, 100.0, between, expiry},
      CurrencyOptionTerms{name, "EUR", "USD", put, Exercise::american, 100.0, expiry},
      QuantoTerms{name, exchange, put, Exercise::european, 100.0, 1.0, expiry},
      QuantoBarrierTerms{name, exchange, put, 100.0, BarrierSide::down, Knock::knock_out, 90.0, 1.0, expiry,
                         BarrierState::alive, std::nullopt},
      TwoAssetBarrierTerms{name, second, put, 100.0, BarrierSide::down, Knock::knock_out, 90.0, expiry,
                           BarrierState::alive, std::nullopt},
      StockTerms{name},
      FutureTerms{name, expiry},
      CurrencyForwardTerms{name, "EUR", "USD", 100.0, expiry},
      // A one-touch that has been touched: an amount that is certain.
      TouchTerms{name, Payout::cash, 10.0, BarrierSide::up, Knock::knock_in, Settlement::at_expiry, 120.0, expiry,
                 BarrierState::knocked, today},
  };
}

Snapshot market_with(std::vector<CashDividend> dividends) {
  UnderlyingMarket market{std::string(other),
                          100.0,
                          PriceBasis::raw,
                          *Curve::flat(0.05),
                          Status::observed,
                          *Curve::flat(0.02),
                          Status::observed,
                          {},
                          *VolatilitySurface::flat(0.2),
                          Status::observed};
  UnderlyingMarket first = market;
  first.name = underlying;
  first.dividends = std::move(dividends);
  // Its foreign rate is that of the specimen's money.
  UnderlyingMarket foreign = market;
  foreign.name = exchange_rate;
  foreign.dividend_yield = market.rate;
  return *Snapshot::make(
      today, {std::move(first), std::move(market), std::move(foreign)},
      {{std::string(underlying), std::string(other), 0.5}, {std::string(underlying), std::string(exchange_rate), 0.5}});
}

}  // namespace

std::vector<ProductMethods> method_matrix() {
  const Snapshot plain = market_with({});
  const Snapshot paying = market_with({{today + 100, 2.0}});
  std::vector<ProductMethods> matrix;
  for (const Terms& terms : terms_of_every_product()) {
    const Trade trade{"specimen", 1.0, 1.0, terms};
    const Product product = *resolve(trade, today);
    const bool linear = is_linear(product);
    ProductMethods row{std::string(kind(product)), linear ? "none" : "BlackScholes", !linear, {}};
    const auto formula = value(trade, plain, ClosedForm{});
    for (const auto& [method, family] : specimens_of(std::type_identity<Method>{})) {
      const auto valued = value(trade, plain, method);
      // A method that gives the formula's bits is the formula: that of a European option, for instance.
      const bool is_formula = formula && valued && valued->price == formula->price;
      row.methods.push_back({std::string(kind(method)), std::string(is_formula ? "formula" : family),
                             valued.has_value(), value(trade, paying, method).has_value()});
    }
    matrix.push_back(std::move(row));
  }
  return matrix;
}

}  // namespace plimsoll
