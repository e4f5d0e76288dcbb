#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// Which of several prices counts.
enum class Extreme { minimum, maximum };

/// A call or put on the smaller or the larger of two prices.
struct ExtremeOption {
  OptionType type = OptionType::call;
  Extreme of = Extreme::minimum;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const ExtremeOption&, const ExtremeOption&) = default;
};

template <>
struct Fields<ExtremeOption> {
  static constexpr std::string_view name = "ExtremeOption";
  static constexpr auto list =
      std::make_tuple(field("type", &ExtremeOption::type), field("of", &ExtremeOption::of),
                      field("strike", &ExtremeOption::strike), field("expiry", &ExtremeOption::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const ExtremeOption& option);

}  // namespace plimsoll
