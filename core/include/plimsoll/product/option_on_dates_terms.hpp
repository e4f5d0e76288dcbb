#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/chooser.hpp"
#include "plimsoll/product/compound.hpp"
#include "plimsoll/product/extendible.hpp"
#include "plimsoll/product/forward_start.hpp"

#include <optional>
#include <string>

namespace plimsoll {

/// A forward start as traded; the terms are those of ForwardStart, by underlying and calendar date. `start_spot` is the
/// spot on a start before the valuation date, which has set the strike.
struct ForwardStartTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  double moneyness = 1.0;
  Date start;
  Date expiry;
  std::optional<double> start_spot;

  friend bool operator==(const ForwardStartTerms&, const ForwardStartTerms&) = default;
};

/// A chooser as traded; the terms are those of Chooser. `chosen` is the option that the holder has chosen.
struct ChooserTerms {
  std::string underlying;
  Date choice;
  double call_strike = 0.0;
  Date call_expiry;
  double put_strike = 0.0;
  Date put_expiry;
  std::optional<OptionType> chosen;

  friend bool operator==(const ChooserTerms&, const ChooserTerms&) = default;
};

/// An option on an option as traded; the terms are those of Compound.
struct CompoundTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  double strike = 0.0;
  Date expiry;
  OptionType daughter_type = OptionType::call;
  double daughter_strike = 0.0;
  Date daughter_expiry;

  friend bool operator==(const CompoundTerms&, const CompoundTerms&) = default;
};

/// An extendible option as traded; the terms are those of Extendible.
struct ExtendibleTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  ExtendedBy extended_by = ExtendedBy::holder;
  double strike = 0.0;
  Date expiry;
  double extended_strike = 0.0;
  Date extended_expiry;
  double premium = 0.0;  // of the holder's

  friend bool operator==(const ExtendibleTerms&, const ExtendibleTerms&) = default;
};

template <>
struct Fields<ForwardStartTerms> {
  static constexpr std::string_view name = "ForwardStartTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &ForwardStartTerms::underlying), field("type", &ForwardStartTerms::type),
                      field("moneyness", &ForwardStartTerms::moneyness), field("start", &ForwardStartTerms::start),
                      field("expiry", &ForwardStartTerms::expiry), field("start_spot", &ForwardStartTerms::start_spot));
};

template <>
struct Fields<ChooserTerms> {
  static constexpr std::string_view name = "ChooserTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &ChooserTerms::underlying), field("choice", &ChooserTerms::choice),
                      field("call_strike", &ChooserTerms::call_strike),
                      field("call_expiry", &ChooserTerms::call_expiry), field("put_strike", &ChooserTerms::put_strike),
                      field("put_expiry", &ChooserTerms::put_expiry), field("chosen", &ChooserTerms::chosen));
};

template <>
struct Fields<CompoundTerms> {
  static constexpr std::string_view name = "CompoundTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &CompoundTerms::underlying), field("type", &CompoundTerms::type),
      field("strike", &CompoundTerms::strike), field("expiry", &CompoundTerms::expiry),
      field("daughter_type", &CompoundTerms::daughter_type), field("daughter_strike", &CompoundTerms::daughter_strike),
      field("daughter_expiry", &CompoundTerms::daughter_expiry));
};

template <>
struct Fields<ExtendibleTerms> {
  static constexpr std::string_view name = "ExtendibleTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &ExtendibleTerms::underlying), field("type", &ExtendibleTerms::type),
      field("extended_by", &ExtendibleTerms::extended_by), field("strike", &ExtendibleTerms::strike),
      field("expiry", &ExtendibleTerms::expiry), field("extended_strike", &ExtendibleTerms::extended_strike),
      field("extended_expiry", &ExtendibleTerms::extended_expiry), field("premium", &ExtendibleTerms::premium));
};

}  // namespace plimsoll
