#include "plimsoll/method/closed_form/black_scholes.hpp"

// A strike is a plain number: a derivative by it would be lost without a word.
using Number = plimsoll::Adjoint<double>;
Number price(const Number& strike, const plimsoll::BlackScholes<Number>& model) {
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  return plimsoll::black_scholes_price(plimsoll::OptionType::call, strike, 1.0, model);
#else
  return plimsoll::black_scholes_price(plimsoll::OptionType::call, passive(strike), 1.0, model);
#endif
}
