#include "plimsoll/real/real.hpp"

// Dropping derivatives must be said aloud: passive(x).
double price(const plimsoll::Adjoint<double>& x) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  return x;
#else
  return plimsoll::passive(x);
#endif
}
