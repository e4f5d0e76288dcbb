#include "plimsoll/model/black_scholes.hpp"

using Number = plimsoll::Adjoint<double>;
plimsoll::BlackScholes<double> model_of(const Number& spot) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  return {spot, 0.01, 0.0, 0.2};
#else
  return {passive(spot), 0.01, 0.0, 0.2};
#endif
}
