#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>
#include <vector>

namespace plimsoll {

/// One strike of a strip of options and the market's volatility there.
struct StripQuote {
  double strike = 0.0;
  double volatility = 0.0;

  friend bool operator==(const StripQuote&, const StripQuote&) = default;
};

/// The strip that replicates realised variance until `expiry`: puts up to the boundary and calls from it on, which is
/// the highest strike of a put and the lowest of a call. Each of the two in ascending order of strike; beyond the last
/// strike the replicating payoff is taken as straight to the next one, a step further.
struct VarianceStrip {
  std::vector<StripQuote> puts;
  std::vector<StripQuote> calls;
  double expiry = 0.0;

  friend bool operator==(const VarianceStrip&, const VarianceStrip&) = default;
};

template <>
struct Fields<StripQuote> {
  static constexpr std::string_view name = "StripQuote";
  static constexpr auto list =
      std::make_tuple(field("strike", &StripQuote::strike), field("volatility", &StripQuote::volatility));
};

template <>
struct Fields<VarianceStrip> {
  static constexpr std::string_view name = "VarianceStrip";
  static constexpr auto list =
      std::make_tuple(field("puts", &VarianceStrip::puts), field("calls", &VarianceStrip::calls),
                      field("expiry", &VarianceStrip::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const VarianceStrip& strip);

}  // namespace plimsoll
