#pragma once

#include "plimsoll/method/fourier/fourier.hpp"

#include <cstddef>

namespace plimsoll {

/// How a cosine series is cut. The probability left outside the range, and what is left of the series, may each move a
/// price by `tolerance` of its strike.
struct CosineSettings {
  double tolerance = 1e-14;
  std::size_t most_terms = 65'536;
};

/// Prices of a ladder by the cosine series of the density: puts, whose payoff is bounded, and calls by parity. One
/// evaluation of the characteristic function for each term serves all strikes. The range is the least that Chernoff's
/// bound P(X > b) <= exp(K(a) - a b) allows on either side, so that the probability outside is bounded and not guessed.
/// Source: Fang & Oosterlee (2008), A novel pricing method for European options based on Fourier-cosine series
/// expansions, SIAM J. Sci. Comput. 31; range and error: Junike & Pankrashkin (2022), Precise option pricing by the COS
/// method: how to choose the truncation range, Appl. Math. Comput. 421 (a bound from moments; here of all orders).
/// Accuracy: the error given is twice the bound of the probability outside, the first term left out times the sum of
/// those that follow, and rounding, all in units of the strike: far out of the money use `contour`.
/// Limits: the modulus of the characteristic function must fall beyond the last term, as it does for every model here;
/// variance gamma over a short time falls so slowly that `most_terms` are used up, which the error then says.
template <class Model>
Result<std::vector<FourierValue<Model>>> cosine_series(const StrikeLadder& ladder, const Model& model,
                                                       Measures measures = Measures::price_only,
                                                       const CosineSettings& settings = {});

}  // namespace plimsoll
