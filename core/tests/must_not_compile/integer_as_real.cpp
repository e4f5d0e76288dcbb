#include "plimsoll/model/black_scholes.hpp"

// Whole numbers are no Reals: 3 / 2 would be 1.
#ifdef PLIMSOLL_MUST_NOT_COMPILE
plimsoll::BlackScholes<int> model{100, 0, 0, 0};
#else
plimsoll::BlackScholes<double> model{100, 0, 0, 0};
#endif
