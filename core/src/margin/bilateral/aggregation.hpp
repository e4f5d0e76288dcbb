#pragma once

#include "factors.hpp"

#include <span>

namespace plimsoll::margin {

/// Adds the margin of one risk class of one class of products to `out`: its buckets, its factors if the settings ask
/// for them, its line by measure, and a warning for each variance that correlations made negative.
SimmClassMargin margin_of_class(std::span<const NetFactor> factors, const FactorSet& set, const SimmPack& pack,
                                const SimmSettings& settings, SimmMargin& out);

/// The root of a sum of squares and products that correlations may have made negative: then zero, with a warning that
/// names the place, unless rounding explains it. `size` is the sum with every term taken positive.
double root_of(double variance, double size, const std::string& place, SimmMargin& out);

}  // namespace plimsoll::margin
