#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// An option that is knocked in or out in proportion to how far the spot goes into a range: the mean of the options
/// with a barrier at each level of the range. An equal lower and upper end are one barrier. `extremum` is the spot that
/// has gone furthest into the range so far; without one it is today's, which counts in any case.
struct SoftBarrier {
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double lower = 0.0;
  double upper = 0.0;
  double expiry = 0.0;
  std::optional<double> extremum = std::nullopt;

  friend bool operator==(const SoftBarrier&, const SoftBarrier&) = default;
};

template <>
struct Fields<SoftBarrier> {
  static constexpr std::string_view name = "SoftBarrier";
  static constexpr auto list =
      std::make_tuple(field("type", &SoftBarrier::type), field("strike", &SoftBarrier::strike),
                      field("direction", &SoftBarrier::direction), field("knock", &SoftBarrier::knock),
                      field("lower", &SoftBarrier::lower), field("upper", &SoftBarrier::upper),
                      field("expiry", &SoftBarrier::expiry), field("extremum", &SoftBarrier::extremum));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const SoftBarrier& option);

}  // namespace plimsoll
