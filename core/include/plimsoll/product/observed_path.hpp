#pragma once

#include "plimsoll/real/real.hpp"

#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// What a product must see: the spots of so many underlyings on these dates, ascending, in years.
struct Observations {
  std::size_t assets = 1;
  std::vector<double> dates;
};

/// What a model promises to fill: the spots date after date, on each date asset after asset, and the value today of one
/// unit paid on each date. It is all that product and model know of each other.
template <Real R>
struct ObservedPath {
  std::span<const R> spots;
  std::span<const R> discounts;
  std::size_t assets = 1;

  std::size_t dates() const noexcept { return discounts.size(); }
  std::span<const R> on(std::size_t date) const noexcept { return spots.subspan(date * assets, assets); }
};

/// A product whose value is the mean of an amount along a path: it names what it must see, and the present value of all
/// that its holder receives along a path that shows it.
template <class P>
concept PathProduct = requires(const P& product, const ObservedPath<double>& path) {
  { observations(product) } -> std::same_as<Observations>;
  { present_value<double>(product, path) } -> std::same_as<double>;
};

}  // namespace plimsoll
