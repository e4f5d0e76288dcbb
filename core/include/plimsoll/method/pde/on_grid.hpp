#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/pde/finite_differences.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/double_barrier.hpp"
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

}  // namespace plimsoll
