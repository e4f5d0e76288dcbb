#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/product/product.hpp"
#include "plimsoll/product/trade.hpp"
#include "plimsoll/valuation/valuation.hpp"

#include <span>
#include <string>
#include <vector>

namespace plimsoll {

/// What a spot means that lies at the barrier of a trade whose state is `alive`, or beyond it: a contradiction in the
/// book, or, in a market that a shock has moved, the touch that knocks the trade.
enum class CrossedBarrier { is_refused, is_knocked };

/// What becomes of a trade that the method asked for does not value: a refusal, or, where a book must be marked whole,
/// its best method in that market.
enum class UnfitMethod { is_refused, yields_to_best };

/// Values one trade as of the snapshot's date by the method.
/// Stock is worth its spot and a future its forward price, S exp((r - q) T) less the dividends until then grown to the
/// expiry, whatever the method. An option at expiry is worth its payoff; an American one whose exercise never pays
/// before expiry may be valued by the closed form of the European. A knocked trade is worth what is left of it, by the
/// methods of that. A running extremum includes today's spot. The volatility is that of the surface at the strike, at
/// the level of a touch and at the extremum of a floating lookback; where the surface or a curve holds more than the
/// one number that is taken, the valuation is flagged (flattened_market). Refuses: a flaw of the trade or the method
/// (invalid_value, missing_field), an expiry before the snapshot's date (expired_product), an underlying that the
/// snapshot lacks (missing_quote), a barrier that the spot has crossed while the state is `alive` (invalid_value), a
/// method that does not fit the product (unsupported, with those that do), and numbers that together leave the range of
/// a double (not_converged, with the method).
Result<Valuation> value(const Trade& trade, const Snapshot& snapshot, const Method& method);

/// What became of one trade of a book.
struct Outcome {
  std::string trade_id;
  Result<Valuation> result;
};

/// Values every trade: one outcome for each, in their order, so that a bad trade never ends a run.
/// The outcomes have the same bits for any number of threads.
std::vector<Outcome> value_book(std::span<const Trade> trades, const Snapshot& snapshot, const Method& method,
                                int threads, UnfitMethod unfit = UnfitMethod::is_refused);

/// The same with each trade by the method that best_method.hpp names for it; its evidence says which.
std::vector<Outcome> value_book_by_best(std::span<const Trade> trades, const Snapshot& snapshot, int threads);

/// The price of one unit of each trade in each snapshot, snapshot by snapshot and in the order of the trades: what
/// `value` gives, without sensitivities and evidence, for runs over many markets; a lattice that is not laid out for
/// sensitivities may differ in the last bits. A trade is refused as by `value`, and with not_converged where the method
/// gives no finite price.
/// The prices have the same bits for any number of threads.
std::vector<std::vector<Result<double>>> price_book(std::span<const Trade> trades, std::span<const Snapshot> snapshots,
                                                    const Method& method, int threads,
                                                    CrossedBarrier crossed = CrossedBarrier::is_refused,
                                                    UnfitMethod unfit = UnfitMethod::is_refused);

}  // namespace plimsoll
