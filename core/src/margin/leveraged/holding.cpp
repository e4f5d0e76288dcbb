#include "holding.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>

namespace plimsoll::margin {

namespace {

constexpr int most_decimals = 12;
constexpr double largest_price = 1e9;
constexpr double largest_quantity = 1e12;
constexpr double largest_leverage = 1000.0;
// Keeps every leaf, and sums of a hundred leaves of each account, within the range of Money.
constexpr double largest_units = 1e15;

bool within(double value, double low, double high) { return value >= low && value <= high; }

Error bad_contract(const std::string& contract, const char* field, double value, const char* allowed) {
  return {ErrorCode::invalid_value, "contracts[" + contract + "]." + field, text_of(value), allowed,
          "correct the parameter pack; its numbers carry their source"};
}

std::optional<Error> flaw_of(const PerpetualContract& contract) {
  if (!(contract.multiplier > 0.0 && contract.multiplier <= largest_price))
    return bad_contract(contract.name, "multiplier", contract.multiplier, "above 0, up to 1e9");
  if (!(contract.lot > 0.0 && contract.lot <= largest_quantity))
    return bad_contract(contract.name, "lot", contract.lot, "above 0, up to 1e12");
  if (!within(contract.liquidation_fee, 0.0, 0.1))
    return bad_contract(contract.name, "liquidation_fee", contract.liquidation_fee, "a fraction from 0 to 0.1");
  if (contract.kind == PerpetualKind::inverse && contract.negative_prices)
    return Error{ErrorCode::unsupported, "contracts[" + contract.name + "].negative_prices", "true",
                 "false: the profit of an inverse contract is in 1 / price", "list the contract as linear or quanto"};
  return std::nullopt;
}

std::optional<Error> flaw_of_price(const std::string& field, double price, const PerpetualContract& contract) {
  const bool fits =
      contract.negative_prices ? within(price, -largest_price, largest_price) : price > 0.0 && price <= largest_price;
  if (fits) return std::nullopt;
  const char* kind = contract.kind == PerpetualKind::inverse ? "inverse contract " : "contract ";
  return Error{ErrorCode::invalid_value, field, text_of(price),
               contract.negative_prices ? "a price within +-1e9"
                                        : std::string("a price above 0, up to 1e9, of the ") + kind + contract.name,
               "correct the price"};
}

std::optional<Error> flaw_of_numbers(const PerpetualPosition& p) {
  const auto bad = [&](const char* field, double value, const char* allowed) {
    return bad_position(ErrorCode::invalid_value, p.trade_id, field, text_of(value), allowed, "correct the position");
  };
  if (!within(p.quantity, -largest_quantity, largest_quantity))
    return bad("quantity", p.quantity, "a number of contracts within +-1e12");
  if (!within(p.leverage, 1.0, largest_leverage)) return bad("leverage", p.leverage, "from 1 to 1000");
  if (!within(p.unpaid_fee, -0.1, 0.1)) return bad("unpaid_fee", p.unpaid_fee, "a fraction within +-0.1");
  const auto margin = static_cast<double>(p.isolated_margin.cents());
  if (p.isolated && !within(margin, 0.0, largest_units))
    return bad("isolated_margin", margin, "zero units or more, at most 1e15");
  return std::nullopt;
}

std::optional<Error> flaw_of(const PerpetualAccount& account) {
  const std::string place = "accounts[" + account.account_id + "].";
  if (!within(account.decimals, 0, most_decimals))
    return Error{ErrorCode::invalid_value, place + "decimals", std::to_string(account.decimals),
                 "a whole number from 0 to 12", "give the decimals of the smallest unit that the ledger books"};
  const double units = std::fabs(static_cast<double>(account.wallet.cents()));
  if (units > largest_units)
    return Error{ErrorCode::invalid_value, place + "wallet", text_of(units), "at most 1e15 of the smallest unit",
                 "book the account with fewer decimals"};
  const auto hold = static_cast<double>(account.order_hold.cents());
  if (!within(hold, 0.0, largest_units))
    return Error{ErrorCode::invalid_value, place + "order_hold", text_of(hold), "zero units or more, at most 1e15",
                 "give what open orders hold as a positive amount"};
  return std::nullopt;
}

/// Funding of all times since the position was opened, each payment booked by itself.
Result<Money> funding_of(const Holding& holding, std::int64_t now) {
  Money total;
  for (const FundingFixing& fixing : holding.mark->funding) {
    const std::string place = "marks[" + holding.contract->name + "].funding";
    if (!within(fixing.rate, -1.0, 1.0))
      return Error{ErrorCode::invalid_value, place + ".rate", text_of(fixing.rate), "a fraction within +-1",
                   "give the rate of one funding time, such as 0.0001"};
    if (auto flaw = flaw_of_price(place + ".mark", fixing.mark, *holding.contract)) return *flaw;
    if (fixing.time <= holding.position.opened || fixing.time > now) continue;
    const double notional = std::fabs(coordinate(holding.contract->kind, fixing.mark));
    total -= holding.ledger.booked(holding.size() * notional * fixing.rate);
  }
  return total;
}

std::optional<Error> flaw_of_notional(const Holding& holding) {
  const double largest = std::fabs(holding.size()) * std::max(std::fabs(holding.now()), std::fabs(holding.entry()));
  if (largest * std::pow(10.0, holding.ledger.decimals) <= largest_units) return std::nullopt;
  return bad_position(ErrorCode::invalid_value, holding.position.trade_id, "quantity", text_of(largest),
                      "a notional of at most 1e15 of the ledger's smallest unit",
                      "correct quantity or price, or book the account with fewer decimals");
}

Result<Holding> holding_of(const PerpetualPosition& position, const PerpetualAccount& account,
                           const PerpetualMarket& market, const PerpetualRules& rules) {
  if (auto flaw = flaw_of_numbers(position)) return *flaw;
  const auto contract = std::ranges::find(rules.contracts, position.contract, &PerpetualContract::name);
  if (contract == rules.contracts.end())
    return bad_position(ErrorCode::not_in_force, position.trade_id, "contract", position.contract,
                        "a contract of the pack " + rules.pack_id, "add the contract with its brackets to the pack");
  if (contract->settlement != account.settlement)
    return bad_position(ErrorCode::unsupported, position.trade_id, "contract",
                        position.contract + " settles in " + contract->settlement,
                        "contracts that settle in " + account.settlement, "keep it in an account of its currency");
  const auto mark = std::ranges::find(market.marks, position.contract, &PerpetualMark::contract);
  if (mark == market.marks.end())
    return bad_position(ErrorCode::missing_quote, position.trade_id, "contract", position.contract,
                        "a contract that has a mark", "add its mark");
  if (auto flaw = flaw_of_price("marks[" + mark->contract + "].mark", mark->mark, *contract)) return *flaw;
  if (!within(mark->slippage, 0.0, 0.5))
    return Error{ErrorCode::invalid_value, "marks[" + mark->contract + "].slippage", text_of(mark->slippage),
                 "a fraction from 0 to 0.5", "give by how much a forced trade is filled worse than the mark"};
  if (auto flaw = flaw_of_price("positions[" + position.trade_id + "].entry_price", position.entry_price, *contract))
    return *flaw;
  Holding holding{position, &*contract, &*mark, {account.settlement, account.decimals}, {}, {}};
  if (auto flaw = flaw_of_notional(holding)) return *flaw;
  const auto funding = funding_of(holding, market.time);
  if (!funding) return funding.error();
  holding.funding = *funding;
  holding.fee = -holding.ledger.booked(std::fabs(holding.size() * holding.entry()) * position.unpaid_fee);
  return holding;
}

}  // namespace

Money Ledger::booked(double amount) const {
  // Scaled as a decimal, not by a multiplication, which would move halves of a unit.
  std::array<char, 64> digits{};
  char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), amount, std::chars_format::scientific).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  const auto split = text.find('e');
  int exponent = 0;
  const auto from = text.find_first_not_of('+', split + 1);  // from_chars reads no plus
  std::from_chars(text.data() + from, end, exponent);
  const std::string scaled = std::string(text.substr(0, split)) + "e" + std::to_string(exponent + decimals - 2);
  double cents = 0.0;
  std::from_chars(scaled.data(), scaled.data() + scaled.size(), cents);
  // The door has bounded every amount.
  const auto units = Money::round_half_up(cents);
  return units ? *units : Money{};
}

double Ledger::amount(Money units) const { return static_cast<double>(units.cents()) / std::pow(10.0, decimals); }

Error bad_position(ErrorCode code, const std::string& trade_id, const std::string& field, std::string value,
                   std::string allowed, std::string fix) {
  return {code, "positions[" + trade_id + "]." + field, std::move(value), std::move(allowed), std::move(fix)};
}

std::optional<double> price_at(PerpetualKind kind, double coordinate) noexcept {
  if (kind != PerpetualKind::inverse) return coordinate;
  if (!(coordinate < 0.0)) return std::nullopt;
  return -1.0 / coordinate;
}

double Holding::fill_price() const noexcept {
  const double worse = position.quantity > 0.0 ? -1.0 : 1.0;
  return mark->mark + worse * mark->slippage * std::fabs(mark->mark);
}

Money Holding::slippage_cost(double contracts) const {
  const double distance = std::fabs(coordinate(contract->kind, fill_price()) - now());
  return ledger.booked(std::fabs(contracts) * contract->multiplier * distance);
}

std::size_t tier_of(double notional, std::span<const MaintenanceTier> tiers) noexcept {
  std::size_t tier = 0;
  while (tier + 1 < tiers.size() && notional > tiers[tier].up_to) ++tier;
  return tier;
}

double maintenance_of(double notional, std::span<const MaintenanceTier> tiers) noexcept {
  const MaintenanceTier& tier = tiers[tier_of(notional, tiers)];
  return notional * tier.rate - tier.amount;
}

Result<std::vector<MaintenanceTier>> continuous_tiers(std::vector<MaintenanceTier> tiers, const std::string& contract) {
  if (tiers.empty()) return bad_contract(contract, "tiers", 0.0, "at least one bracket");
  MaintenanceTier before{0.0, 0.0, std::numeric_limits<double>::infinity(), 0.0};
  double amount = 0.0;
  for (std::size_t k = 0; k < tiers.size(); ++k) {
    MaintenanceTier& tier = tiers[k];
    const std::string place = "tiers[" + std::to_string(k) + "].";
    if (!(tier.up_to > before.up_to)) return bad_contract(contract, (place + "up_to").c_str(), tier.up_to, "ascending");
    if (!(tier.rate > 0.0 && tier.rate <= 1.0 && tier.rate >= before.rate))
      return bad_contract(contract, (place + "rate").c_str(), tier.rate,
                          "a fraction above 0, up to 1, not below that of the bracket before");
    if (!(tier.maximum_leverage >= 1.0 && tier.maximum_leverage <= before.maximum_leverage))
      return bad_contract(contract, (place + "maximum_leverage").c_str(), tier.maximum_leverage,
                          "at least 1, not above that of the bracket before");
    amount += before.up_to * (tier.rate - before.rate);
    if (tier.amount != 0.0 && !(std::fabs(tier.amount - amount) <= 1e-9 * amount))
      return bad_contract(contract, (place + "amount").c_str(), tier.amount,
                          ("the amount that makes the requirement continuous, " + text_of(amount)).c_str());
    tier.amount = amount;
    before = tier;
  }
  return tiers;
}

Result<PerpetualRules> checked_rules(PerpetualRules rules, Date date) {
  if (date < rules.in_force_from || rules.in_force_until < date)
    return Error{ErrorCode::not_in_force, "pack.pack_id", rules.pack_id,
                 "a pack in force on " + date.iso() + "; this one is from " + rules.in_force_from.iso() + " to " +
                     rules.in_force_until.iso(),
                 "choose the pack of that date"};
  for (PerpetualContract& contract : rules.contracts) {
    if (auto flaw = flaw_of(contract)) return *flaw;
    auto tiers = continuous_tiers(std::move(contract.tiers), contract.name);
    if (!tiers) return tiers.error();
    contract.tiers = std::move(*tiers);
  }
  return rules;
}

Result<std::vector<Holding>> holdings_of(const PerpetualAccount& account, const PerpetualMarket& market,
                                         const PerpetualRules& rules) {
  if (auto flaw = flaw_of(account)) return *flaw;
  std::vector<Holding> holdings;
  for (const PerpetualPosition& position : account.positions) {
    auto holding = holding_of(position, account, market, rules);
    if (!holding) return holding.error();
    if (position.quantity != 0.0 || position.isolated) holdings.push_back(std::move(*holding));
  }
  std::ranges::sort(holdings, {}, [](const Holding& h) { return h.position.trade_id; });
  const auto twin = std::ranges::adjacent_find(
      holdings, [](const Holding& a, const Holding& b) { return a.position.trade_id == b.position.trade_id; });
  if (twin != holdings.end())
    return bad_position(ErrorCode::invalid_value, twin->position.trade_id, "trade_id", twin->position.trade_id,
                        "each trade once", "give the position an id of its own");
  return holdings;
}

}  // namespace plimsoll::margin
