#pragma once

#include "plimsoll/real/adjoint.hpp"

// Arithmetic, comparison and functions of adjoint numbers. A passive operand is a lane (or a double, which converts to
// one).
namespace plimsoll {

/// The lane type of a formula.
template <Expression E>
using LaneOf = typename E::LaneType;

/// The formula's value without its derivatives, those of its lane included.
template <Expression E>
auto passive(const E& x) noexcept {
  return passive(x.value());
}

template <Expression L, Expression R>
auto operator+(const L& a, const R& b) noexcept {
  return Binary(a, b, a.value() + b.value(), UnitWeight{}, UnitWeight{});
}
template <Expression E>
auto operator+(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return Unary(a, a.value() + b, UnitWeight{});
}
template <Expression E>
auto operator+(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return Unary(b, a + b.value(), UnitWeight{});
}

template <Expression L, Expression R>
auto operator-(const L& a, const R& b) noexcept {
  return Binary(a, b, a.value() - b.value(), UnitWeight{}, LaneOf<R>{-1.0});
}
template <Expression E>
auto operator-(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return Unary(a, a.value() - b, UnitWeight{});
}
template <Expression E>
auto operator-(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return Unary(b, a - b.value(), LaneOf<E>{-1.0});
}
template <Expression E>
auto operator-(const E& a) noexcept {
  return Unary(a, -a.value(), LaneOf<E>{-1.0});
}

template <Expression L, Expression R>
auto operator*(const L& a, const R& b) noexcept {
  return Binary(a, b, a.value() * b.value(), b.value(), a.value());
}
template <Expression E>
auto operator*(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return Unary(a, a.value() * b, b);
}
template <Expression E>
auto operator*(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return Unary(b, a * b.value(), a);
}

template <Expression L, Expression R>
auto operator/(const L& a, const R& b) noexcept {
  const LaneOf<L> quotient = a.value() / b.value();
  return Binary(a, b, quotient, LaneOf<L>{1.0} / b.value(), -quotient / b.value());
}
template <Expression E>
auto operator/(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return Unary(a, a.value() / b, LaneOf<E>{1.0} / b);
}
template <Expression E>
auto operator/(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  const LaneOf<E> quotient = a / b.value();
  return Unary(b, quotient, -quotient / b.value());
}

template <Expression E>
auto exp(const E& x) noexcept {
  const LaneOf<E> value = exp(x.value());
  return Unary(x, value, value);
}

template <Expression E>
auto log(const E& x) noexcept {
  return Unary(x, log(x.value()), LaneOf<E>{1.0} / x.value());
}

template <Expression E>
auto expm1(const E& x) noexcept {
  return Unary(x, expm1(x.value()), exp(x.value()));
}

template <Expression E>
auto log1p(const E& x) noexcept {
  return Unary(x, log1p(x.value()), LaneOf<E>{1.0} / (1.0 + x.value()));
}

template <Expression E>
auto sin(const E& x) noexcept {
  return Unary(x, sin(x.value()), cos(x.value()));
}

template <Expression E>
auto cos(const E& x) noexcept {
  return Unary(x, cos(x.value()), -sin(x.value()));
}

/// The angle of the point (x, y). Limits: no derivative at the origin.
template <Expression Y, Expression X>
auto atan2(const Y& y, const X& x) noexcept {
  const LaneOf<Y> square = x.value() * x.value() + y.value() * y.value();
  return Binary(y, x, atan2(y.value(), x.value()), x.value() / square, -y.value() / square);
}

/// Limits: the derivative by the exponent is for bases that are not negative.
template <Expression L, Expression R>
auto pow(const L& x, const R& y) noexcept {
  const LaneOf<L> value = pow(x.value(), y.value());
  return Binary(x, y, value, power_by_base(x.value(), y.value()), power_by_exponent(x.value(), value));
}
template <Expression E>
auto pow(const E& x, const std::type_identity_t<LaneOf<E>>& y) noexcept {
  return Unary(x, pow(x.value(), y), power_by_base(x.value(), y));
}
template <Expression E>
auto pow(const std::type_identity_t<LaneOf<E>>& x, const E& y) noexcept {
  const LaneOf<E> value = pow(x, y.value());
  return Unary(y, value, power_by_exponent(x, value));
}

/// Limits: the derivative at zero is infinite.
template <Expression E>
auto sqrt(const E& x) noexcept {
  const LaneOf<E> value = sqrt(x.value());
  return Unary(x, value, LaneOf<E>{0.5} / value);
}

template <Expression E>
auto normal_cdf(const E& x) noexcept {
  return Unary(x, normal_cdf(x.value()), normal_pdf(x.value()));
}

template <Expression E>
auto normal_pdf(const E& x) noexcept {
  const LaneOf<E> value = normal_pdf(x.value());
  return Unary(x, value, -x.value() * value);
}

/// Limits: the derivative at the probabilities 0 and 1 is infinite.
template <Expression E>
auto normal_quantile(const E& p) noexcept {
  const LaneOf<E> value = normal_quantile(p.value());
  return Unary(p, value, LaneOf<E>{1.0} / normal_pdf(value));
}

/// Answer of a comparison of adjoint numbers, path by path. It is for `select`; it is no condition of an `if`.
template <class Lane>
struct AdjointMask {
  typename LaneTraits<Lane>::Mask lanes;
};

template <Expression L, Expression R>
AdjointMask<LaneOf<L>> operator>(const L& a, const R& b) noexcept {
  return {a.value() > b.value()};
}
template <Expression E>
AdjointMask<LaneOf<E>> operator>(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return {a.value() > b};
}
template <Expression E>
AdjointMask<LaneOf<E>> operator>(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return {a > b.value()};
}
template <Expression L, Expression R>
AdjointMask<LaneOf<L>> operator<(const L& a, const R& b) noexcept {
  return b > a;
}
template <Expression E>
AdjointMask<LaneOf<E>> operator<(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return b > a;
}
template <Expression E>
AdjointMask<LaneOf<E>> operator<(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return b > a;
}

/// Where both masks hold.
template <class Lane>
AdjointMask<Lane> both(const AdjointMask<Lane>& a, const AdjointMask<Lane>& b) noexcept {
  return {both(a.lanes, b.lanes)};
}

/// `yes` in the paths where the mask holds, `no` in the others; the derivative follows the choice.
template <Expression L, Expression R>
auto select(const AdjointMask<LaneOf<L>>& mask, const L& yes, const R& no) noexcept {
  const LaneOf<L> one{1.0};
  const LaneOf<L> zero{0.0};
  return Binary(yes, no, select(mask.lanes, yes.value(), no.value()), select(mask.lanes, one, zero),
                select(mask.lanes, zero, one));
}
template <Expression E>
auto select(const AdjointMask<LaneOf<E>>& mask, const E& yes, const std::type_identity_t<LaneOf<E>>& no) noexcept {
  return Unary(yes, select(mask.lanes, yes.value(), no), select(mask.lanes, LaneOf<E>{1.0}, LaneOf<E>{0.0}));
}
template <Expression E>
auto select(const AdjointMask<LaneOf<E>>& mask, const std::type_identity_t<LaneOf<E>>& yes, const E& no) noexcept {
  return Unary(no, select(mask.lanes, yes, no.value()), select(mask.lanes, LaneOf<E>{0.0}, LaneOf<E>{1.0}));
}

/// The larger number. Where both are equal the derivative is that of the second: an at-the-money payoff has slope zero.
template <Expression L, Expression R>
auto max(const L& a, const R& b) noexcept {
  return select(a > b, a, b);
}
template <Expression E>
auto max(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return select(a > b, a, b);
}
template <Expression E>
auto max(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return select(a > b, a, b);
}

/// The smaller number. Where both are equal the derivative is that of the second.
template <Expression L, Expression R>
auto min(const L& a, const R& b) noexcept {
  return select(a < b, a, b);
}
template <Expression E>
auto min(const E& a, const std::type_identity_t<LaneOf<E>>& b) noexcept {
  return select(a < b, a, b);
}
template <Expression E>
auto min(const std::type_identity_t<LaneOf<E>>& a, const E& b) noexcept {
  return select(a < b, a, b);
}

}  // namespace plimsoll
