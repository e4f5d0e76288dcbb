#pragma once

#include "plimsoll/real/scalar.hpp"

#include <concepts>
#include <cstddef>

namespace plimsoll {

/// A number and its derivative in one direction, carried forward. As the lane of `Adjoint` it gives second derivatives:
/// where the tangents of the leaves are a direction v, a sweep leaves the gradient in the values of their adjoints and
/// the Hessian times v in the tangents. With a batch as its lane it does so for eight directions or paths at once.
/// Source: Griewank & Walther (2008), Evaluating Derivatives, sec. 5.1 (tangents of adjoints).
template <class Lane>
struct Dual {
  Lane value{0.0};
  Lane tangent{0.0};

  Dual() noexcept = default;
  // Implicit: a constant is a number.
  explicit(false) Dual(double constant) noexcept : value(constant) {}
  explicit(false) Dual(const Lane& constant) noexcept
    requires(!std::same_as<Lane, double>)
      : value(constant) {}
  Dual(const Lane& number, const Lane& direction) noexcept : value(number), tangent(direction) {}

  friend Dual operator+(const Dual& a, const Dual& b) noexcept { return {a.value + b.value, a.tangent + b.tangent}; }
  friend Dual operator-(const Dual& a, const Dual& b) noexcept { return {a.value - b.value, a.tangent - b.tangent}; }
  friend Dual operator-(const Dual& a) noexcept { return {-a.value, -a.tangent}; }
  friend Dual operator*(const Dual& a, const Dual& b) noexcept {
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
  }
  friend Dual operator/(const Dual& a, const Dual& b) noexcept {
    const Lane quotient = a.value / b.value;
    return {quotient, (a.tangent - quotient * b.tangent) / b.value};
  }

  friend typename LaneTraits<Lane>::Mask operator>(const Dual& a, const Dual& b) noexcept { return a.value > b.value; }
  friend typename LaneTraits<Lane>::Mask operator<(const Dual& a, const Dual& b) noexcept { return b.value > a.value; }

  /// `yes` where the mask holds, else `no`; the derivative follows the choice.
  friend Dual select(const typename LaneTraits<Lane>::Mask& mask, const Dual& yes, const Dual& no) noexcept {
    return {select(mask, yes.value, no.value), select(mask, yes.tangent, no.tangent)};
  }
  /// The larger and the smaller number. Where both are equal the derivative is that of the second.
  friend Dual max(const Dual& a, const Dual& b) noexcept { return select(a > b, a, b); }
  friend Dual min(const Dual& a, const Dual& b) noexcept { return select(a < b, a, b); }

  friend Dual pow(const Dual& x, const Dual& y) noexcept {
    const Lane power = pow(x.value, y.value);
    return {power,
            along(power_by_base(x.value, y.value), x.tangent) + along(power_by_exponent(x.value, power), y.tangent)};
  }

 private:
  /// A slope times a tangent; nothing where the number does not move, whatever the slope.
  static Lane along(const Lane& slope, const Lane& tangent) noexcept {
    const Lane zero{0.0};
    return select(tangent > zero, slope * tangent, select(zero > tangent, slope * tangent, zero));
  }
};

template <class Lane>
struct LaneTraits<Dual<Lane>> {
  using Mask = typename LaneTraits<Lane>::Mask;
  static constexpr std::size_t count = lane_count<Lane>;
};

/// The number without its derivative.
template <class Lane>
auto passive(const Dual<Lane>& x) noexcept {
  return passive(x.value);
}

template <class Lane>
Dual<Lane> exp(const Dual<Lane>& x) noexcept {
  const Lane value = exp(x.value);
  return {value, value * x.tangent};
}

template <class Lane>
Dual<Lane> log(const Dual<Lane>& x) noexcept {
  return {log(x.value), x.tangent / x.value};
}

template <class Lane>
Dual<Lane> expm1(const Dual<Lane>& x) noexcept {
  return {expm1(x.value), exp(x.value) * x.tangent};
}

template <class Lane>
Dual<Lane> log1p(const Dual<Lane>& x) noexcept {
  return {log1p(x.value), x.tangent / (1.0 + x.value)};
}

template <class Lane>
Dual<Lane> sin(const Dual<Lane>& x) noexcept {
  return {sin(x.value), cos(x.value) * x.tangent};
}

template <class Lane>
Dual<Lane> cos(const Dual<Lane>& x) noexcept {
  return {cos(x.value), -sin(x.value) * x.tangent};
}

/// The angle of the point (x, y). Limits: no derivative at the origin.
template <class Lane>
Dual<Lane> atan2(const Dual<Lane>& y, const Dual<Lane>& x) noexcept {
  const Lane square = x.value * x.value + y.value * y.value;
  return {atan2(y.value, x.value), (x.value * y.tangent - y.value * x.tangent) / square};
}

/// Limits: the derivative at zero is infinite.
template <class Lane>
Dual<Lane> sqrt(const Dual<Lane>& x) noexcept {
  const Lane value = sqrt(x.value);
  return {value, 0.5 * x.tangent / value};
}

template <class Lane>
Dual<Lane> normal_pdf(const Dual<Lane>& x) noexcept {
  const Lane value = normal_pdf(x.value);
  return {value, -x.value * value * x.tangent};
}

template <class Lane>
Dual<Lane> normal_cdf(const Dual<Lane>& x) noexcept {
  return {normal_cdf(x.value), normal_pdf(x.value) * x.tangent};
}

/// Limits: the derivative at the probabilities 0 and 1 is infinite.
template <class Lane>
Dual<Lane> normal_quantile(const Dual<Lane>& p) noexcept {
  const Lane value = normal_quantile(p.value);
  return {value, p.tangent / normal_pdf(value)};
}

}  // namespace plimsoll
