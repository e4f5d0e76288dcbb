#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/account.hpp"
#include "plimsoll/margin/component.hpp"
#include "plimsoll/margin/integer_program.hpp"
#include "plimsoll/margin/pairing.hpp"
#include "plimsoll/margin/rule_pack.hpp"

#include <span>
#include <string>
#include <vector>

namespace plimsoll::margin {

/// Something that the reader of a requirement has to know.
struct Warning {
  std::string code;  ///< hinges_on_adjusted_price, price_level_unknown, below_maximum_loss or pairing_not_proven
  std::string underlying;
  std::string text;
  friend bool operator==(const Warning&, const Warning&) = default;
};

/// How the holdings of one underlying were paired for one requirement.
struct UnderlyingPairing {
  std::string underlying;
  std::vector<OptionLeg> legs;  ///< what the legs of the groups refer to
  Pairing pairing;
};

/// One of the two requirements and what the account has beyond it.
struct PhaseResult {
  Component requirement;         ///< by underlying, group and rule
  Component uncounted_options;   ///< option market value without loan value: part of equity, not of margin
  Money amount;                  ///< of the requirement
  Money equity_with_loan_value;  ///< equity less the uncounted option value
  Money excess;                  ///< equity with loan value less the requirement
  Money paid_in_full;            ///< market value of long options that carry no loan value
  std::vector<UnderlyingPairing> pairings;
};

/// Margin of one account at one date, seen from the customer's side.
struct MarginResult {
  std::string account_id;
  Date valuation_date;
  Component equity_tree;
  Money equity;  ///< cash, long less short market value, option marks, futures variation: what would be left
  PhaseResult initial;
  PhaseResult maintenance;
  Money call;                      ///< what is missing to the maintenance requirement
  Money minimum_equity_shortfall;  ///< what is missing to the least equity of a margin account with positions
  std::vector<Warning> warnings;
};

/// Initial and maintenance requirement of an account by Regulation T and FINRA 4210, with every cent explained.
/// Source: 12 CFR 220; FINRA Rule 4210(b)-(f); Regulatory Notices 09-53 and 12-44.
/// Accuracy: pairings are optimal up to the gap in their certificate; leaves are rounded half-up to the cent.
/// Limits: one currency, listed options, no cash accounts, bonds, portfolio margin or house add-ons.
Result<MarginResult> margin(const Account& account, const MarketView& market, const RulePack& pack,
                            const SearchLimits& limits);

/// One result or typed refusal per account; a bad account never ends the run.
std::vector<Result<MarginResult>> margin_accounts(std::span<const Account> accounts, const MarketView& market,
                                                  const RulePack& pack, const SearchLimits& limits);

}  // namespace plimsoll::margin
