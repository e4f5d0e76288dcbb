#pragma once

#include "plimsoll/numerics/philox.hpp"

#include <cstdint>

// Draws of laws that the inverse distribution function is too slow for. Each takes as many numbers of the stream as its
// rejections ask for, so they cannot be taken from points of low discrepancy.
namespace plimsoll {

/// A draw of the gamma law of this shape and scale one; zero for shape zero.
/// Source: Marsaglia & Tsang (2000), A simple method for generating gamma variables, ACM TOMS 26, 363-372.
/// Limits: shape >= 0.
double gamma_draw(double shape, RandomStream& stream) noexcept;

/// A draw of the Poisson law, as a double.
/// Source: inversion below a mean of ten; above it Hormann (1993), The transformed rejection method for generating
/// Poisson random variables, Insurance: Mathematics and Economics 12, 39-45 (PTRS).
/// Limits: mean >= 0.
double poisson_draw(double mean, RandomStream& stream) noexcept;

/// A draw of the Bessel law: of n with a probability in proportion to (z / 2)^(2 n + nu) / (n! Gamma(n + nu + 1)).
/// Source: Devroye (2002), Simulating Bessel random variables, Statistics & Probability Letters 57, 249-257 (the law);
/// inversion outward from its mode.
/// Limits: nu > -1, z >= 0; the work grows with the root of z.
double bessel_draw(double nu, double z, RandomStream& stream) noexcept;

}  // namespace plimsoll
