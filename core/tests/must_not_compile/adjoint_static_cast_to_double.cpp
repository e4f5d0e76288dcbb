#include "plimsoll/real/real.hpp"

// Not even by a cast.
double price(const plimsoll::Adjoint<double>& x) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  return static_cast<double>(x);
#else
  return passive(x);
#endif
}
