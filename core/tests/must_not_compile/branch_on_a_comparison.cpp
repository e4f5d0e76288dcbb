#include "plimsoll/real/real.hpp"

// A comparison of adjoint numbers is for select: an if would take one side for all paths of a lane.
plimsoll::Adjoint<double> positive_part(const plimsoll::Adjoint<double>& x) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  if (x > 0.0) return x;
  return 0.0;
#else
  return max(x, 0.0);
#endif
}
