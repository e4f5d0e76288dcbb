#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A normal forward: it may be negative, and its volatility is in units of price for the root of a year.
/// Source: Bachelier (1900), Théorie de la spéculation.
template <Real R>
struct Bachelier {
  R forward;
  R rate;
  R volatility;

  friend bool operator==(const Bachelier&, const Bachelier&) = default;
};

template <Real R>
struct Fields<Bachelier<R>> {
  static constexpr std::string_view name = "Bachelier";
  static constexpr auto list =
      std::make_tuple(field("forward", &Bachelier<R>::forward), field("rate", &Bachelier<R>::rate),
                      field("volatility", &Bachelier<R>::volatility));
};

/// The first parameter that makes no sense, if there is one.
std::optional<Error> find_flaw(const Bachelier<double>& model);

}  // namespace plimsoll
