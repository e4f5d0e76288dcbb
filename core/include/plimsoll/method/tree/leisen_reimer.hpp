#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/lattice_workspace.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <span>

namespace plimsoll {

/// Price per unit, seen by the holder, on a binomial lattice centred at the strike.
/// Source: Leisen & Reimer (1996), Binomial models for option valuation - examining and improving convergence, sec. 4
/// (Peizer-Pratt inversion 2); cash dividends: Vellekoop & Nieuwenhuis (2006), Efficient pricing of derivatives on
/// assets with discrete dividends, sec. 3, with the ex-date interpolated between the two levels around it.
/// Accuracy: European order 2 in 1/steps; American and cash dividends order 1 (2 nearly, with Richardson).
/// Limits: checked input; strike, years, spot and volatility >= 0 (zero is the exact limit); dividends in order of
/// time, those at or before zero or after expiry are ignored; volatility * sqrt(years) acts as if capped at min(6
/// sqrt(steps), 600 / sqrt(steps)); steps odd, 3 to 4001.
double leisen_reimer_price(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept;

/// Price and sensitivities on the same lattice. Delta and gamma come from the five lattice nodes around today's spot,
/// theta from the Black-Scholes equation (zero where it is best to exercise now), vega and rho from central differences
/// over lattices of the same steps.
/// Source: Pelsser & Vorst (1994), The binomial model and the Greeks, sec. 3 (lattice begun before today).
/// Limits: as leisen_reimer_price.
PricedGreeks leisen_reimer(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept;

/// The same with a workspace of its own.
PricedGreeks leisen_reimer(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings) noexcept;

}  // namespace plimsoll
