#pragma once

#include "plimsoll/real/real.hpp"

#include <cmath>
#include <concepts>

namespace plimsoll {

/// A number of one path, whose sign and size may be looked at by its value: what complex functions branch on.
template <class R>
concept ScalarReal = Real<R> && std::same_as<Passive<R>, double>;

/// A complex number of two Reals. std::complex is for double alone.
template <ScalarReal R>
struct Complex {
  R real{0.0};
  R imaginary{0.0};

  friend Complex operator+(const Complex& a, const Complex& b) {
    return {R(a.real + b.real), R(a.imaginary + b.imaginary)};
  }
  friend Complex operator-(const Complex& a, const Complex& b) {
    return {R(a.real - b.real), R(a.imaginary - b.imaginary)};
  }
  friend Complex operator-(const Complex& a) { return {R(-a.real), R(-a.imaginary)}; }
  friend Complex operator*(const Complex& a, const Complex& b) {
    return {R(a.real * b.real - a.imaginary * b.imaginary), R(a.real * b.imaginary + a.imaginary * b.real)};
  }
  /// Limits: the square of the divisor's modulus must be a normal number.
  friend Complex operator/(const Complex& a, const Complex& b) {
    const R norm = b.real * b.real + b.imaginary * b.imaginary;
    return {R((a.real * b.real + a.imaginary * b.imaginary) / norm),
            R((a.imaginary * b.real - a.real * b.imaginary) / norm)};
  }

  friend Complex operator+(const Complex& a, const R& b) { return {R(a.real + b), a.imaginary}; }
  friend Complex operator-(const Complex& a, const R& b) { return {R(a.real - b), a.imaginary}; }
  friend Complex operator*(const Complex& a, const R& b) { return {R(a.real * b), R(a.imaginary * b)}; }
  friend Complex operator/(const Complex& a, const R& b) { return {R(a.real / b), R(a.imaginary / b)}; }
  friend Complex operator+(const R& a, const Complex& b) { return b + a; }
  friend Complex operator-(const R& a, const Complex& b) { return {R(a - b.real), R(-b.imaginary)}; }
  friend Complex operator*(const R& a, const Complex& b) { return b * a; }
};

/// The constant as a number whose derivatives are recorded: it has none.
template <ScalarReal R>
Complex<R> constant(const Complex<double>& z) {
  return {R{z.real}, R{z.imaginary}};
}

/// A recorded number times a complex constant, with two operands recorded instead of four.
template <ScalarReal R>
Complex<R> scaled(const R& a, const Complex<double>& z) {
  return {R(a * z.real), R(a * z.imaginary)};
}

/// The square of the modulus.
template <ScalarReal R>
R norm(const Complex<R>& z) {
  return z.real * z.real + z.imaginary * z.imaginary;
}

template <ScalarReal R>
Complex<R> exp(const Complex<R>& z) {
  const R size = exp(z.real);
  return {R(size * cos(z.imaginary)), R(size * sin(z.imaginary))};
}

/// exp(z) - 1, its small values to full relative accuracy.
template <ScalarReal R>
Complex<R> expm1(const Complex<R>& z) {
  const R half = sin(0.5 * z.imaginary);
  return {R(expm1(z.real) * cos(z.imaginary) - 2.0 * half * half), R(exp(z.real) * sin(z.imaginary))};
}

/// The principal logarithm: its imaginary part is in (-pi, pi].
template <ScalarReal R>
Complex<R> log(const Complex<R>& z) {
  return {R(0.5 * log(norm(z))), R(atan2(z.imaginary, z.real))};
}

/// The principal log(1 + z), its small values to full relative accuracy where the real part is not between -2 and 0.
template <ScalarReal R>
Complex<R> log1p(const Complex<R>& z) {
  const R beyond = z.real * (2.0 + z.real) + z.imaginary * z.imaginary;
  return {R(0.5 * log1p(beyond)), R(atan2(z.imaginary, 1.0 + z.real))};
}

/// The root with a real part that is not negative; of a negative real number, the one above the axis.
/// Limits: at zero, where the derivative is infinite, it is a constant.
template <ScalarReal R>
Complex<R> sqrt(const Complex<R>& z) {
  if (passive(norm(z)) == 0.0) return {R{0.0}, R{0.0}};
  const R modulus = sqrt(norm(z));
  const double sign = std::signbit(passive(z.imaginary)) ? -1.0 : 1.0;
  if (passive(z.real) >= 0.0) {
    const R larger = sqrt(0.5 * (modulus + z.real));
    return {larger, R(0.5 * z.imaginary / larger)};
  }
  const R larger = sqrt(0.5 * (modulus - z.real));
  return {R(0.5 * sign * z.imaginary / larger), R(sign * larger)};
}

/// (1 - exp(-z)) / z, which is one at zero.
template <ScalarReal R>
Complex<R> exponential_mean(const Complex<R>& z) {
  if (passive(norm(z)) > 1e-8) return -expm1(-z) / z;
  const Complex<R> third = R{1.0} - z * R{0.25};
  return R{1.0} - z * R{0.5} * (R{1.0} - z / R{3.0} * third);
}

/// log(1 + z) / z, which is one at zero.
template <ScalarReal R>
Complex<R> logarithm_mean(const Complex<R>& z) {
  if (passive(norm(z)) > 1e-6) return log1p(z) / z;
  Complex<R> sum{};  // Horner's rule of the sum of (-z)^n / (n + 1)
  for (double n = 6.0; n > 0.0; n -= 1.0) sum = R{1.0 / n} - z * sum;
  return sum;
}

}  // namespace plimsoll
