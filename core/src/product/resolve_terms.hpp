#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/trade.hpp"

#include <optional>
#include <string>
#include <string_view>

// How each kind of terms becomes a product; inside the floor of products.
namespace plimsoll {

/// The refusal of a trade that ended before the valuation date.
std::optional<Error> flaw_of_date(Date expiry, Date valuation_date);
std::optional<Error> flaw_of_date(std::string_view field, Date expiry, Date valuation_date);

/// The refusal of a date that lies after the one that it must not lie after.
std::optional<Error> flaw_of_order(std::string_view field, Date date, std::string_view last, Date end);

/// The refusal of what has come of a date that is missing after it, or known before it.
std::optional<Error> flaw_of_outcome(std::string_view field, bool is_given, const std::string& given, Date date,
                                     Date today, std::string_view what);

/// The refusal of a state and a day that contradict each other or the valuation date.
std::optional<Error> flaw_of_state(BarrierState state, const std::optional<Date>& knocked_on, Date valuation_date);

/// The refusal of a second underlying that is not named or is the first.
std::optional<Error> flaw_of_other(const std::string& underlying, const std::string& other);

/// The refusal of a living knock-out whose every payoff lies behind its barrier, so that it ends before it can pay.
/// `field` names the level in question. One that has been knocked is over, whatever it was.
std::optional<Error> flaw_of_side(BarrierState state, Knock knock, OptionType type, double strike,
                                  BarrierSide direction, std::string_view field, double level);

/// The refusal of the amount of a cash payout.
std::optional<Error> flaw_of_payout(double amount);

Result<Product> resolve_terms(const DigitalTerms& terms, Date today);
Result<Product> resolve_terms(const TouchTerms& terms, Date today);
Result<Product> resolve_terms(const BarrierTerms& terms, Date today);
Result<Product> resolve_terms(const DoubleBarrierTerms& terms, Date today);
Result<Product> resolve_terms(const SoftBarrierTerms& terms, Date today);
Result<Product> resolve_terms(const LookbackTerms& terms, Date today);
Result<Product> resolve_terms(const PartialTimeBarrierTerms& terms, Date today);
Result<Product> resolve_terms(const PartialLookbackTerms& terms, Date today);
Result<Product> resolve_terms(const DoubleTouchTerms& terms, Date today);
Result<Product> resolve_terms(const ForwardStartTerms& terms, Date today);
Result<Product> resolve_terms(const ChooserTerms& terms, Date today);
Result<Product> resolve_terms(const CompoundTerms& terms, Date today);
Result<Product> resolve_terms(const ExtendibleTerms& terms, Date today);
Result<Product> resolve_terms(const ExchangeTerms& terms, Date today);
Result<Product> resolve_terms(const SpreadTerms& terms, Date today);
Result<Product> resolve_terms(const BasketTerms& terms, Date today);
Result<Product> resolve_terms(const ExtremeTerms& terms, Date today);
Result<Product> resolve_terms(const CorrelationTerms& terms, Date today);
Result<Product> resolve_terms(const FutureOptionTerms& terms, Date today);
Result<Product> resolve_terms(const CurrencyForwardTerms& terms, Date today);
Result<Product> resolve_terms(const CurrencyOptionTerms& terms, Date today);
Result<Product> resolve_terms(const QuantoTerms& terms, Date today);
Result<Product> resolve_terms(const QuantoBarrierTerms& terms, Date today);
Result<Product> resolve_terms(const TwoAssetBarrierTerms& terms, Date today);

}  // namespace plimsoll
