#include "plimsoll/margin/span/requirement.hpp"

#include "calculator.hpp"
#include "plimsoll/base/parallel.hpp"

#include <cmath>
#include <utility>

namespace plimsoll::margin::span {

namespace {

constexpr double most_contracts = 1e9;
constexpr std::size_t accounts_in_a_block = 1024;

Error refused(const Account& account, ErrorCode code, const Position& position, const char* field, std::string value,
              std::string allowed, std::string fix) {
  std::string place = "accounts[" + account.account_id + "].positions[" + position.trade_id + "]." + field;
  return {code, std::move(place), std::move(value), std::move(allowed), std::move(fix)};
}

Result<std::vector<Holding>> holdings_of(const Account& account, const PreparedSet& set) {
  std::vector<Holding> holdings;
  holdings.reserve(account.positions.size());
  for (const Position& position : account.positions) {
    const auto contract = set.index_of(position.contract);
    if (!contract)
      return refused(account, ErrorCode::missing_quote, position, "contract", position.contract,
                     "a contract of " + set.parameters().set_id, "take the parameters of the house that clears it");
    if (!(std::fabs(position.quantity) <= most_contracts) || position.quantity != std::trunc(position.quantity))
      return refused(account, ErrorCode::invalid_value, position, "quantity", text_of(position.quantity),
                     "whole contracts, up to 1e9 of them", "count the position in contracts of the set");
    const Prepared& layout = set.layout();
    const Commodity& commodity = *layout.commodities[layout.contracts[*contract].commodity].source;
    if (!commodity.unsupported.empty())
      return refused(account, ErrorCode::unsupported, position, "contract", commodity.code, commodity.unsupported,
                     "keep the position in an account of another regime");
    if (commodity.currency != account.currency)
      return refused(account, ErrorCode::unsupported, position, "currency", commodity.currency,
                     "the currency of the account, " + account.currency, "keep it in an account of its own currency");
    holdings.push_back({*contract, static_cast<std::int64_t>(position.quantity)});
  }
  return holdings;
}

Error out_of_range(const std::string& account_id) {
  return {ErrorCode::invalid_value, "accounts[" + account_id + "].positions", "a figure beyond 1e15",
          "figures up to 1e15", "check quantities and risk arrays; no account is that large"};
}

std::vector<CommodityFigures> figures_of(const Calculator<true>& calculator, const Prepared& layout) {
  std::vector<CommodityFigures> figures;
  for (const Share& share : calculator.shares())
    figures.push_back({layout.commodities[share.commodity].source->code, share.exact[scanning], share.active + 1,
                       share.exact[between_months], share.exact[at_delivery], 0.0 - share.exact[credit_given],
                       share.option_minimum, share.option_value, calculator.overall(share).price_risk,
                       share.net_delta});
  return figures;
}

std::optional<Error> flaw_of(const PositionColumns& positions, const PreparedSet& set) {
  const auto wrong = [](const char* field, std::int64_t value, std::string allowed) {
    return Error{ErrorCode::invalid_value, field, std::to_string(value), std::move(allowed),
                 "give one offset an account and one at the end, and a contract and a quantity for each row"};
  };
  const auto rows = static_cast<std::int64_t>(positions.contract.size());
  if (positions.quantity.size() != positions.contract.size())
    return wrong("quantity", static_cast<std::int64_t>(positions.quantity.size()), std::to_string(rows) + " rows");
  if (positions.offsets.empty() || positions.offsets.front() != 0)
    return wrong("offsets", positions.offsets.empty() ? -1 : positions.offsets.front(), "0 at first");
  if (positions.offsets.back() != rows)
    return wrong("offsets", positions.offsets.back(), std::to_string(rows) + " at last");
  for (std::size_t i = 1; i < positions.offsets.size(); ++i)
    if (positions.offsets[i] < positions.offsets[i - 1])
      return wrong("offsets", positions.offsets[i], "none below the one before it");
  const std::size_t known = set.layout().contracts.size();
  for (const std::uint32_t contract : positions.contract)
    if (contract >= known) return wrong("contract", contract, "places below " + std::to_string(known));
  return std::nullopt;
}

/// 0 if the rows can be margined, else why not; fills the holdings.
std::uint8_t take_rows(const PositionColumns& positions, std::size_t account, const Prepared& layout,
                       std::vector<Holding>& holdings) {
  holdings.clear();
  const auto end = static_cast<std::size_t>(positions.offsets[account + 1]);
  for (auto row = static_cast<std::size_t>(positions.offsets[account]); row < end; ++row) {
    const std::int64_t quantity = positions.quantity[row];
    if (quantity > 1'000'000'000 || quantity < -1'000'000'000) return 1;
    const std::uint32_t contract = positions.contract[row];
    if (!layout.commodities[layout.contracts[contract].commodity].source->unsupported.empty()) return 2;
    holdings.push_back({contract, quantity});
  }
  return 0;
}

}  // namespace

Result<Requirement> requirement(const Account& account, const PreparedSet& set) {
  auto holdings = holdings_of(account, set);
  if (!holdings) return holdings.error();
  Calculator<true> calculator(set.layout());
  if (!calculator.run(*holdings, account.account_class)) return out_of_range(account.account_id);
  auto figures = figures_of(calculator, set.layout());
  return Requirement{account.account_id, set.parameters().date, calculator.take_maintenance(),
                     calculator.take_initial(), std::move(figures)};
}

std::vector<Result<Requirement>> requirements(std::span<const Account> accounts, const PreparedSet& set) {
  std::vector<Result<Requirement>> results;
  results.reserve(accounts.size());
  for (const Account& account : accounts) results.push_back(requirement(account, set));
  return results;
}

Result<RequirementColumns> requirement_columns(const PositionColumns& positions, const PreparedSet& set,
                                               AccountClass account_class, std::int64_t threads) {
  if (auto found = flaw_of(positions, set)) return *found;
  const std::size_t accounts = positions.offsets.size() - 1;
  RequirementColumns columns{std::vector<std::int64_t>(accounts), std::vector<std::int64_t>(accounts),
                             std::vector<std::uint8_t>(accounts)};
  const Prepared& layout = set.layout();
  parallel_blocks(accounts, accounts_in_a_block, threads, [&](std::size_t begin, std::size_t end) {
    Calculator<false> calculator(layout);
    std::vector<Holding> holdings;
    for (std::size_t account = begin; account < end; ++account) {
      columns.status[account] = take_rows(positions, account, layout, holdings);
      if (columns.status[account] != 0) continue;
      if (!calculator.run(holdings, account_class)) {
        columns.status[account] = 1;
        continue;
      }
      columns.maintenance[account] = calculator.totals().maintenance.cents();
      columns.initial[account] = calculator.totals().initial.cents();
    }
  });
  return columns;
}

}  // namespace plimsoll::margin::span
