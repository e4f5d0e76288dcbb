#pragma once

#include "plimsoll/real/adjoint.hpp"       // IWYU pragma: export
#include "plimsoll/real/adjoint_math.hpp"  // IWYU pragma: export
#include "plimsoll/real/scalar.hpp"

#include <concepts>
#include <type_traits>
#include <utility>

namespace plimsoll {

/// The number that is left of a Real when its derivatives are dropped: what random draws and dates are made of.
template <class R>
using Passive = decltype(passive(std::declval<const R&>()));

/// A number that formulas and payoffs are written in: double, or an adjoint number, or a batch of either.
/// There is no branch on a Real: use max, min or select.
template <class R>
concept Real = (std::same_as<R, double> || !std::is_arithmetic_v<R>) && std::copyable<R> &&
               std::convertible_to<double, R> && requires(const R& x, const R& y, double c) {
                 { x + y } -> std::convertible_to<R>;
                 { x - y } -> std::convertible_to<R>;
                 { x * y } -> std::convertible_to<R>;
                 { x / y } -> std::convertible_to<R>;
                 { c + x * c } -> std::convertible_to<R>;
                 { -x } -> std::convertible_to<R>;
                 { exp(x) } -> std::convertible_to<R>;
                 { log(x) } -> std::convertible_to<R>;
                 { sqrt(x) } -> std::convertible_to<R>;
                 { normal_cdf(x) } -> std::convertible_to<R>;
                 { normal_pdf(x) } -> std::convertible_to<R>;
                 { max(x, y) } -> std::convertible_to<R>;
                 { min(x, c) } -> std::convertible_to<R>;
                 { select(x > y, x, c) } -> std::convertible_to<R>;
               };

}  // namespace plimsoll
