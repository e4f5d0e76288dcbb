#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/extreme_option.hpp"
#include "plimsoll/product/option_type.hpp"

#include <string>

namespace plimsoll {

/// The right to receive `received` units of the underlying for `delivered` units of the other, as traded.
struct ExchangeTerms {
  std::string underlying;
  std::string other;
  Exercise exercise = Exercise::european;
  double received = 1.0;
  double delivered = 1.0;
  Date expiry;

  friend bool operator==(const ExchangeTerms&, const ExchangeTerms&) = default;
};

/// A call or put on what the underlying exceeds the other by, as traded. A strike below zero is European alone.
struct SpreadTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const SpreadTerms&, const SpreadTerms&) = default;
};

/// A call or put on `weight` units of the underlying and `other_weight` of the other together, as traded.
struct BasketTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double weight = 1.0;
  double other_weight = 1.0;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const BasketTerms&, const BasketTerms&) = default;
};

/// A call or put on the smaller or the larger of two prices, as traded.
struct ExtremeTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  Extreme of = Extreme::minimum;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const ExtremeTerms&, const ExtremeTerms&) = default;
};

/// A call or put on the other at `strike`, that pays only if the underlying ends on the same side of `trigger`, as
/// traded.
struct CorrelationTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  double trigger = 0.0;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const CorrelationTerms&, const CorrelationTerms&) = default;
};

template <>
struct Fields<ExchangeTerms> {
  static constexpr std::string_view name = "ExchangeTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &ExchangeTerms::underlying), field("other", &ExchangeTerms::other),
                      field("exercise", &ExchangeTerms::exercise), field("received", &ExchangeTerms::received),
                      field("delivered", &ExchangeTerms::delivered), field("expiry", &ExchangeTerms::expiry));
};

template <>
struct Fields<SpreadTerms> {
  static constexpr std::string_view name = "SpreadTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &SpreadTerms::underlying), field("other", &SpreadTerms::other),
                      field("type", &SpreadTerms::type), field("exercise", &SpreadTerms::exercise),
                      field("strike", &SpreadTerms::strike), field("expiry", &SpreadTerms::expiry));
};

template <>
struct Fields<BasketTerms> {
  static constexpr std::string_view name = "BasketTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &BasketTerms::underlying), field("other", &BasketTerms::other),
                      field("type", &BasketTerms::type), field("exercise", &BasketTerms::exercise),
                      field("weight", &BasketTerms::weight), field("other_weight", &BasketTerms::other_weight),
                      field("strike", &BasketTerms::strike), field("expiry", &BasketTerms::expiry));
};

template <>
struct Fields<ExtremeTerms> {
  static constexpr std::string_view name = "ExtremeTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &ExtremeTerms::underlying), field("other", &ExtremeTerms::other),
      field("type", &ExtremeTerms::type), field("of", &ExtremeTerms::of), field("exercise", &ExtremeTerms::exercise),
      field("strike", &ExtremeTerms::strike), field("expiry", &ExtremeTerms::expiry));
};

template <>
struct Fields<CorrelationTerms> {
  static constexpr std::string_view name = "CorrelationTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &CorrelationTerms::underlying), field("other", &CorrelationTerms::other),
                      field("type", &CorrelationTerms::type), field("trigger", &CorrelationTerms::trigger),
                      field("strike", &CorrelationTerms::strike), field("expiry", &CorrelationTerms::expiry));
};

}  // namespace plimsoll
