#include "plimsoll/real/real.hpp"

plimsoll::Adjoint<double> unless_zero(const plimsoll::Adjoint<double>& x) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  return x ? 1.0 / x : x;
#else
  return select(x > 0.0, 1.0 / x, x);
#endif
}
