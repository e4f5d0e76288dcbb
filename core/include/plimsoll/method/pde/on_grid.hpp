#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/pde/finite_differences.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/double_touch.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"
#include "plimsoll/product/touch.hpp"

#include <span>

namespace plimsoll {

/// Price and sensitivities of a product by finite differences in the spot, for the holder of one unit. A gap option is
/// its vanilla and a digital; a no-touch is a knock-out that pays all that its level leaves alive, and a one-touch paid
/// at expiry the knock-in of the same two halves on either side of its level; one that is paid at the hit is a rebate.
/// `dividends` are cash amounts by which the spot falls, in order of time; those of one day are one.
/// Source, accuracy: as of `finite_differences`.
/// Limits: checked terms, no barrier touched. Without chance it is the closed form, and with cash dividends refused.
Result<GridValuation> on_grid(const Digital& option, const BlackScholes<double>& model,
                              std::span<const TimedDividend> dividends, const CrankNicolson& settings,
                              Measures measures = Measures::with_greeks);
Result<GridValuation> on_grid(const Touch& option, const BlackScholes<double>& model,
                              std::span<const TimedDividend> dividends, const CrankNicolson& settings,
                              Measures measures = Measures::with_greeks);
Result<GridValuation> on_grid(const Barrier& option, const BlackScholes<double>& model,
                              std::span<const TimedDividend> dividends, const CrankNicolson& settings,
                              Measures measures = Measures::with_greeks);
Result<GridValuation> on_grid(const DoubleBarrier& option, const BlackScholes<double>& model,
                              std::span<const TimedDividend> dividends, const CrankNicolson& settings,
                              Measures measures = Measures::with_greeks);
/// A barrier watched over part of the life is a knock-in whose level is watched then; a knock-out is the option without
/// a barrier less the knock-in. A window moves the payoff's kink between two days, and now and then the grids of half
/// and a quarter of the steps are off by the same: the stated error is at least the distance from three quarters of
/// them. Limits: the window neither begins at expiry nor has been touched.
Result<GridValuation> on_grid(const PartialTimeBarrier& option, const BlackScholes<double>& model,
                              std::span<const TimedDividend> dividends, const CrankNicolson& settings,
                              Measures measures = Measures::with_greeks);
/// A double touch is a double barrier that pays its amount whatever the spot; one that is paid at the hit is refused.
Result<GridValuation> on_grid(const DoubleTouch& option, const BlackScholes<double>& model,
                              std::span<const TimedDividend> dividends, const CrankNicolson& settings,
                              Measures measures = Measures::with_greeks);

/// An option on the arithmetic mean of the spot on its fixings, by one equation in one dimension whatever their number:
/// the mean is delivered by a strategy that sells its shares fixing by fixing, and the ratio of the wealth of strategy
/// and strike to the spot is a martingale when worth is counted in shares. Between fixings its diffusion is that of the
/// shares still held, so the kink of the payoff stays where it is and no fixing is a jump. Nodes gather at the kink;
/// TR-BDF2 in time, an even number of steps to each interval. Vega and rho are tangents carried through the sweep.
/// Source: Vecer (2001), A new PDE approach for pricing arithmetic average Asian options, J. Computational Finance
/// 4(4); Vecer (2002), Unified Asian pricing, Risk 15(6), for fixings on dates. Accuracy: order 2 in both steps
/// together, extrapolated better. Limits: checked terms and settings; a fixing at time zero has just been made at
/// today's spot: delta does not move it. Without chance, or where the fixings made decide the exercise, it is exact.
/// `dividend_rho` is not given.
GridValuation on_grid(const ArithmeticAsian& option, const BlackScholes<double>& model, const CrankNicolson& settings);

}  // namespace plimsoll
