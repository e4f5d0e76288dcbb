#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/bilateral/crif.hpp"

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// What one side has to deliver under: amounts in the agreement's currency.
struct TransferTerms {
  std::string currency;
  Money threshold;           ///< exposure that stays unsecured
  Money minimum_transfer;    ///< what is less is not moved
  Money rounding;            ///< deliveries are rounded up to a multiple, returns down; 0 leaves them as they are
  Money independent_amount;  ///< on top of exposure, whatever it is

  friend bool operator==(const TransferTerms&, const TransferTerms&) = default;
};

/// Collateral that one side has delivered, or has instructed.
struct Collateral {
  std::string collateral_id;
  std::string currency;
  Money market_value;             ///< in its own currency
  double haircut = 0.0;           ///< fraction of the market value
  double currency_haircut = 0.0;  ///< on top, where its currency is not that of the agreement
  bool in_transit = false;        ///< instructed and not settled: it counts, or it would be called twice

  friend bool operator==(const Collateral&, const Collateral&) = default;
};

/// What one side owes after its collateral; every amount in the agreement's currency.
struct TransferCall {
  Money requirement;  ///< before the threshold
  Money required;     ///< credit support amount: after the threshold, never below zero
  Money held;         ///< value of the collateral after haircuts, that in transit included
  Money in_transit;
  Money delivery;   ///< to be delivered by the side
  Money returned;   ///< to be returned to the side
  Money unsecured;  ///< what is missing and not called, because it is less than the minimum transfer

  friend bool operator==(const TransferCall&, const TransferCall&) = default;
};

/// Variation margin seen from us: what they deliver and we, with each side's returns.
struct VariationCall {
  TransferCall theirs;
  TransferCall ours;
  Money net;  ///< of all transfers, positive where it comes to us

  friend bool operator==(const VariationCall&, const VariationCall&) = default;
};

/// Value of a piece of collateral in `currency` after its haircuts, rounded half-up to the cent.
/// Refuses haircuts that are negative or more than all, a negative market value and a currency without a rate.
Result<Money> collateral_value(const Collateral& item, std::string_view currency,
                               const std::vector<CurrencyRate>& rates);

/// An amount in another currency, rounded half-up to the cent; rates are into that other currency.
Result<Money> converted(double amount, std::string_view from, std::string_view into,
                        const std::vector<CurrencyRate>& rates);

/// What a side that has to secure `requirement` delivers or gets back.
/// Source: ISDA Credit Support Annex, paragraphs 3 and 13; BCBS-IOSCO (2020), Margin requirements, requirements 2
/// and 3.
Result<TransferCall> transfer_call(Money requirement, const TransferTerms& terms, std::span<const Collateral> held,
                                   const std::vector<CurrencyRate>& rates);

/// Both sides of variation margin for an exposure to the counterparty: each side secures the exposure to it with its
/// own independent amount, less that of the other.
Result<VariationCall> variation_call(Money exposure, const TransferTerms& theirs, std::span<const Collateral> from_them,
                                     const TransferTerms& ours, std::span<const Collateral> from_us,
                                     const std::vector<CurrencyRate>& rates);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::TransferTerms> {
  static constexpr std::string_view name = "TransferTerms";
  static constexpr auto list = std::make_tuple(field("currency", &margin::TransferTerms::currency),
                                               field("threshold", &margin::TransferTerms::threshold),
                                               field("minimum_transfer", &margin::TransferTerms::minimum_transfer),
                                               field("rounding", &margin::TransferTerms::rounding),
                                               field("independent_amount", &margin::TransferTerms::independent_amount));
};

template <>
struct Fields<margin::Collateral> {
  static constexpr std::string_view name = "Collateral";
  static constexpr auto list = std::make_tuple(
      field("collateral_id", &margin::Collateral::collateral_id), field("currency", &margin::Collateral::currency),
      field("market_value", &margin::Collateral::market_value), field("haircut", &margin::Collateral::haircut),
      field("currency_haircut", &margin::Collateral::currency_haircut),
      field("in_transit", &margin::Collateral::in_transit));
};

template <>
struct Fields<margin::TransferCall> {
  static constexpr std::string_view name = "TransferCall";
  static constexpr auto list = std::make_tuple(
      field("requirement", &margin::TransferCall::requirement), field("required", &margin::TransferCall::required),
      field("held", &margin::TransferCall::held), field("in_transit", &margin::TransferCall::in_transit),
      field("delivery", &margin::TransferCall::delivery), field("returned", &margin::TransferCall::returned),
      field("unsecured", &margin::TransferCall::unsecured));
};

template <>
struct Fields<margin::VariationCall> {
  static constexpr std::string_view name = "VariationCall";
  static constexpr auto list =
      std::make_tuple(field("theirs", &margin::VariationCall::theirs), field("ours", &margin::VariationCall::ours),
                      field("net", &margin::VariationCall::net));
};

}  // namespace plimsoll
