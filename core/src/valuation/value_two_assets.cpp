#include "crossed_barrier.hpp"
#include "plimsoll/method/approximation/spread.hpp"
#include "plimsoll/method/closed_form/two_assets.hpp"
#include "plimsoll/method/monte_carlo/terminal_assets.hpp"
#include "plimsoll/method/pde/two_asset_grid.hpp"
#include "plimsoll/method/tree/rainbow_lattice.hpp"
#include "plimsoll/product/knocked.hpp"
#include "plimsoll/valuation/resolve_market.hpp"
#include "several_assets.hpp"
#include "value_by.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <string>
#include <vector>

// Options on two underlyings, by the methods that stand here as a line `value_by`.
namespace plimsoll {

namespace {

/// What a method is given beside its settings and the product.
struct PairSetting {
  TwoAssets<double> model;
  Measures measures;
};

/// What a method says, with how far from the exact price it may be where that is known.
struct Found {
  SimulatedAssets assets;
  std::optional<double> error_estimate;
};

using Priced = Result<Found>;

Priced certain(const Result<PricedTwoAssets>& priced, std::optional<double> error_estimate = std::nullopt) {
  if (!priced) return priced.error();
  return Found{{by_asset(*priced), {}}, error_estimate};
}

Priced simulated(const Result<SimulatedAssets>& found) {
  if (!found) return found.error();
  return Found{*found, std::nullopt};
}

// The same right in the words of the methods for any number of assets, and in those of the lattice and the grid.
BasketOption basket_of(const ExchangeOption& o) {
  return {OptionType::call, Aggregate::sum, {o.received, -o.delivered}, 0.0, o.expiry};
}
BasketOption basket_of(const Spread& o) { return {o.type, Aggregate::sum, {1.0, -1.0}, o.strike, o.expiry}; }
BasketOption basket_of(const BasketOption& o) { return o; }
BasketOption basket_of(const ExtremeOption& o) {
  const Aggregate of = o.of == Extreme::minimum ? Aggregate::smallest : Aggregate::largest;
  return {o.type, of, {1.0, 1.0}, o.strike, o.expiry};
}
Rainbow rainbow_of(const ExchangeOption& o) {
  constexpr auto european = Exercise::european;
  return {OptionType::call, RainbowUnderlying::spread, 0.0, o.received, o.delivered, european, 0, o.expiry};
}
Rainbow rainbow_of(const Spread& o) {
  return {o.type, RainbowUnderlying::spread, o.strike, 1.0, 1.0, Exercise::european, 0, o.expiry};
}
Rainbow rainbow_of(const BasketOption& o) {
  return {o.type, RainbowUnderlying::basket, o.strike, o.weights[0], o.weights[1], Exercise::european, 0, o.expiry};
}
Rainbow rainbow_of(const ExtremeOption& o) {
  const auto on = o.of == Extreme::minimum ? RainbowUnderlying::worst_of : RainbowUnderlying::best_of;
  return {o.type, on, o.strike, 1.0, 1.0, Exercise::european, 0, o.expiry};
}
Rainbow rainbow_of(const Rainbow& o) { return o; }

template <class P>
Priced by_formula(const P& product, const PairSetting& setting) {
  return certain(closed_form(product, setting.model));
}

/// Whether the right is exercised where the two spots meet, so that lattices come near it as the root of their steps
/// only: between two dates the worse of two equal spots falls, the better rises.
bool is_exercised_where_spots_meet(const Rainbow& o) {
  if (o.exercise == Exercise::european || !has_strike_of_one(o)) return false;
  return (o.type == OptionType::call) == (o.underlying == RainbowUnderlying::worst_of);
}

/// The largest change of a price from lattices with so many eighths of the steps. Strikes and boundaries lie anywhere
/// among the nodes, so that one change may be small by chance.
Result<double> change_from(std::initializer_list<std::int64_t> eighths, double price, const Rainbow& option,
                           const TwoAssets<double>& model, const RainbowLattice& method) {
  double most = 0.0;
  for (const std::int64_t part : eighths) {
    const auto coarse = rainbow_price(option, model, {method.steps * part / 8, method.extrapolation});
    if (!coarse) return coarse.error();
    most = std::max(most, std::abs(price - *coarse));
  }
  return most;
}

/// With the change from fewer steps as the error: that from half of them is more than what is left at order 1. A
/// quarter of less than sixteen is no lattice, and the halves are no other lattices than the whole: no error is told.
template <class P>
Priced by_lattice(const P& product, const PairSetting& setting, const RainbowLattice& method) {
  constexpr std::int64_t least_steps_to_tell = 16;
  const Rainbow option = rainbow_of(product);
  if (setting.measures == Measures::price_only) {
    const auto price = rainbow_price(option, setting.model, method);
    if (!price) return price.error();
    return certain(PricedTwoAssets{*price, {}});
  }
  const auto fine = on_lattice(option, setting.model, method);
  if (!fine || method.steps < least_steps_to_tell) return certain(fine);
  const auto change = change_from({4, 5, 6}, fine->price, option, setting.model, method);
  if (!change) return change.error();
  if (!is_exercised_where_spots_meet(option)) return certain(fine, *change);
  // At order 1/2 half the steps leave sqrt(2) of the error and a quarter twice, so these are what is left of it.
  const auto from_quarter = change_from({2}, fine->price, option, setting.model, method);
  if (!from_quarter) return from_quarter.error();
  return certain(fine, std::max(*change / (std::numbers::sqrt2 - 1.0), *from_quarter));
}

/// With the larger change from half and from five eighths of the steps as the error: both are more than what is left at
/// order 2.
template <class P>
Priced by_plane(const P& product, const PairSetting& setting, const CrankNicolson& method) {
  const Rainbow option = rainbow_of(product);
  const auto on_plane = [&](std::int64_t eighths, Measures measures) {
    const auto part = [&](std::int64_t steps) { return std::max<std::int64_t>(steps * eighths / 8, 8); };
    const AlternatingGrid settings{part(method.space_steps), part(method.space_steps), part(method.time_steps),
                                   AlternatingScheme::modified_craig_sneyd, method.extrapolation};
    return two_asset_grid(option, setting.model, settings, measures);
  };
  const auto found = on_plane(8, setting.measures);
  if (!found) return found.error();
  const TwoAssets<double>& by = found->sensitivities;
  const bool is_early = option.exercise == Exercise::american;
  const double now = exercised<double>(option, setting.model.spot1, setting.model.spot2);
  // Between nodes a plane may read a little less than exercise brings.
  const PricedTwoAssets priced{
      is_early ? std::max(found->price, now) : found->price,
      {by.spot1, by.spot2, found->gamma_one, found->gamma_two, found->cross_gamma, by.volatility1, by.volatility2,
       by.correlation, found->theta, by.rate, by.dividend_yield1, by.dividend_yield2}};
  if (setting.measures == Measures::price_only) return certain(priced);
  // As on the lattice one change may be small by chance.
  double change = 0.0;
  for (const std::int64_t eighths : {4, 5}) {
    const auto coarse = on_plane(eighths, Measures::price_only);
    if (!coarse) return coarse.error();
    change = std::max(change, std::abs(priced.price - coarse->price));
  }
  return certain(priced, change);
}

template <class P>
Priced by_draws(const P& product, const PairSetting& setting, const MonteCarlo& method) {
  return simulated(monte_carlo_assets(basket_of(product), by_asset(setting.model), method));
}

// One line for each product and method.
Priced value_by(const ClosedForm&, const ExchangeOption& p, const PairSetting& s) { return by_formula(p, s); }
Priced value_by(const MonteCarlo& m, const ExchangeOption& p, const PairSetting& s) { return by_draws(p, s, m); }
Priced value_by(const RainbowLattice& m, const ExchangeOption& p, const PairSetting& s) { return by_lattice(p, s, m); }
Priced value_by(const CrankNicolson& m, const ExchangeOption& p, const PairSetting& s) { return by_plane(p, s, m); }
Priced value_by(const ClosedForm&, const Spread& p, const PairSetting& s) { return certain(spread_exact(p, s.model)); }
Priced value_by(const MonteCarlo& m, const Spread& p, const PairSetting& s) { return by_draws(p, s, m); }
Priced value_by(const RainbowLattice& m, const Spread& p, const PairSetting& s) { return by_lattice(p, s, m); }
Priced value_by(const CrankNicolson& m, const Spread& p, const PairSetting& s) { return by_plane(p, s, m); }
Priced value_by(const ClosedForm&, const BasketOption& p, const PairSetting& s) {
  return certain(basket_exact(p, s.model));
}
Priced value_by(const MonteCarlo& m, const BasketOption& p, const PairSetting& s) { return by_draws(p, s, m); }
Priced value_by(const RainbowLattice& m, const BasketOption& p, const PairSetting& s) { return by_lattice(p, s, m); }
Priced value_by(const CrankNicolson& m, const BasketOption& p, const PairSetting& s) { return by_plane(p, s, m); }
Priced value_by(const ClosedForm&, const ExtremeOption& p, const PairSetting& s) { return by_formula(p, s); }
Priced value_by(const MonteCarlo& m, const ExtremeOption& p, const PairSetting& s) { return by_draws(p, s, m); }
Priced value_by(const RainbowLattice& m, const ExtremeOption& p, const PairSetting& s) { return by_lattice(p, s, m); }
Priced value_by(const CrankNicolson& m, const ExtremeOption& p, const PairSetting& s) { return by_plane(p, s, m); }
Priced value_by(const ClosedForm&, const CorrelationOption& p, const PairSetting& s) { return by_formula(p, s); }
Priced value_by(const MonteCarlo& m, const CorrelationOption& p, const PairSetting& s) {
  return simulated(monte_carlo_assets(p, by_asset(s.model), m));
}
Priced value_by(const ClosedForm&, const TwoAssetBarrier& p, const PairSetting& s) { return by_formula(p, s); }
Priced value_by(const MonteCarlo& m, const TwoAssetBarrier& p, const PairSetting& s) {
  return simulated(monte_carlo_assets(p, s.model, m));
}
Priced value_by(const RainbowLattice& m, const Rainbow& p, const PairSetting& s) { return by_lattice(p, s, m); }
Priced value_by(const CrankNicolson& m, const Rainbow& p, const PairSetting& s) { return by_plane(p, s, m); }

template <class P, class M>
concept FitsPair =
    requires(const M& method, const P& product, const PairSetting& setting) { value_by(method, product, setting); };

/// A spread at a strike below zero has no lattice and no grid: the payoff there would be another one.
template <class P>
bool has_negative_strike(const P& product) {
  if constexpr (std::is_same_v<P, Spread>)
    return product.strike < 0.0;
  else
    return false;
}

template <class P>
Priced value_by_method(const P& product, const PairSetting& setting, const Method& method) {
  const bool negative = has_negative_strike(product);
  const auto fits = [&]<class M>(std::type_identity<M>) {
    constexpr bool needs_positive = std::is_same_v<M, RainbowLattice> || std::is_same_v<M, CrankNicolson>;
    return FitsPair<P, M> && !(negative && needs_positive);
  };
  return std::visit(
      [&]<class M>(const M& settings) -> Priced {
        if constexpr (FitsPair<P, M>)
          if (fits(std::type_identity<M>{})) return value_by(settings, product, setting);
        return does_not_fit(method, std::string(Fields<P>::name) + (negative ? " with a strike below zero" : ""),
                            names_of_methods(fits));
      },
      method);
}

/// The strikes at which the surfaces give the volatilities; none where only the forward speaks for one.
using Strikes = std::array<std::optional<double>, 2>;
Strikes strikes_of(const ExchangeOption& /*option*/) { return {}; }
Strikes strikes_of(const Spread& /*option*/) { return {}; }
Strikes strikes_of(const BasketOption& /*option*/) { return {}; }
Strikes strikes_of(const ExtremeOption& option) { return {option.strike, option.strike}; }
Strikes strikes_of(const CorrelationOption& option) { return {option.first_strike, option.second_strike}; }
Strikes strikes_of(const TwoAssetBarrier& option) { return {option.strike, option.barrier}; }
Strikes strikes_of(const Rainbow& option) {
  if (!has_strike_of_one(option)) return {};
  return {option.strike, option.strike};
}

TwoAssets<double> model_of(const Market& market, double years, const Strikes& strikes) {
  const auto own = [&](std::size_t i) {
    const UnderlyingMarket& quotes = *market.all[i];
    return resolve_black_scholes(quotes, strikes[i].value_or(forward_price(quotes, years, {})), years, {});
  };
  const BlackScholes<double> first = own(0);
  const BlackScholes<double> second = own(1);
  return {first.spot,       second.spot,       first.dividend_yield,     second.dividend_yield,
          first.volatility, second.volatility, market.correlation(0, 1), first.rate};
}

/// What is left of an option on the day of its expiry, when every method is the payoff.
template <class P>
Priced paid(const P& product, const TwoAssets<double>& model) {
  return value_by(ClosedForm{}, product, {model, Measures::with_greeks});
}
Priced paid(const Rainbow& option, const TwoAssets<double>& model) {
  const auto on = option.underlying;
  if (on == RainbowUnderlying::spread && option.strike == 0.0 && option.type == OptionType::call)
    return paid(ExchangeOption{option.quantity_one, option.quantity_two, 0.0}, model);
  if (on == RainbowUnderlying::basket) {
    const std::vector<double> weights{option.quantity_one, option.quantity_two};
    return paid(BasketOption{option.type, Aggregate::sum, weights, option.strike, 0.0}, model);
  }
  if (on == RainbowUnderlying::spread) return paid(Spread{option.type, option.strike, 0.0}, model);
  const Extreme of = on == RainbowUnderlying::worst_of ? Extreme::minimum : Extreme::maximum;
  return paid(ExtremeOption{option.type, of, option.strike, 0.0}, model);
}

template <class P>
std::string fitting() {
  return names_of_methods([]<class M>(std::type_identity<M>) { return FitsPair<P, M>; });
}

template <class P>
Result<Valuation> value_pair(const P& option, const Market& market, const Asked& asked) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of_rates(market, option.expiry)) return *flaw;
  if (pays_cash_dividends(market, option.expiry))
    return does_not_fit(asked.method, std::string(Fields<P>::name) + " with cash dividends",
                        "none; a dividend yield in their place is valued by " + fitting<P>());
  const TwoAssets<double> model = model_of(market, option.expiry, strikes_of(option));
  const Priced priced =
      option.expiry > 0.0 ? value_by_method(option, {model, asked.measures}, asked.method) : paid(option, model);
  if (!priced) return priced.error();
  const bool is_simulated = option.expiry > 0.0 && std::holds_alternative<MonteCarlo>(asked.method);
  Valuation valuation = valuation_of(priced->assets, market, is_simulated ? Chance::simulated : Chance::none);
  valuation.error_estimate = priced->error_estimate;
  check_bounds(no_arbitrage_bounds(option, model), valuation);
  constexpr bool is_watched = std::is_same_v<P, Rainbow> || std::is_same_v<P, TwoAssetBarrier>;
  constexpr Sees sees = is_watched ? Sees::every_day : Sees::expiry_alone;
  if (is_flattened(market, sees)) valuation.flags.push_back(Flag::flattened_market);
  return valuation;
}

}  // namespace

Result<Valuation> value_product(const ExchangeOption& option, const Market& market, const Asked& asked) {
  return value_pair(option, market, asked);
}

Result<Valuation> value_product(const Spread& option, const Market& market, const Asked& asked) {
  return value_pair(option, market, asked);
}

Result<Valuation> value_product(const BasketOption& option, const Market& market, const Asked& asked) {
  return value_pair(option, market, asked);
}

Result<Valuation> value_product(const ExtremeOption& option, const Market& market, const Asked& asked) {
  return value_pair(option, market, asked);
}

Result<Valuation> value_product(const CorrelationOption& option, const Market& market, const Asked& asked) {
  return value_pair(option, market, asked);
}

Result<Valuation> value_product(const TwoAssetBarrier& option, const Market& market, const Asked& asked) {
  const double spot = market.all[1]->spot;
  if (!has_crossed(spot, option.direction, option.barrier)) return value_pair(option, market, asked);
  return value_crossed(wrong_side("barrier", option.barrier, option.direction, spot), knocked(option), market, asked);
}

Result<Valuation> value_product(const Rainbow& option, const Market& market, const Asked& asked) {
  return value_pair(option, market, asked);
}

}  // namespace plimsoll
