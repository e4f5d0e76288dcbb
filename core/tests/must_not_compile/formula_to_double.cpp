#include "plimsoll/real/real.hpp"

// A formula of adjoint numbers is no double either.
double price(const plimsoll::Adjoint<double>& x) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  const double y = exp(x * 2.0) + 1.0;
#else
  const double y = passive(exp(x * 2.0) + 1.0);
#endif
  return y;
}
