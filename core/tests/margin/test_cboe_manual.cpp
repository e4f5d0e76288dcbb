// Sample calculations of the Cboe Margin Manual, 30 November 2021: each row names its page.
#include "margin/books.hpp"
#include "plimsoll/margin/margin.hpp"
#include "plimsoll/margin/maximum_loss.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  if (!text.empty() && text.back() == separator) parts.emplace_back();
  return parts;
}

std::vector<Row> rows() {
  std::ifstream file(std::string(PLIMSOLL_TEST_REFERENCE_DIR) + "/margin_strategy_cboe_manual.csv");
  std::vector<Row> found;
  std::vector<std::string> header;
  for (std::string line; std::getline(file, line);) {
    const auto cells = split(line, ',');
    if (header.empty()) {
      header = cells;
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = cells.at(i);
    found.push_back(row);
  }
  return found;
}

double number(const std::string& text) { return text.empty() ? 0.0 : std::stod(text); }

Date in_months(int months) {
  // Any date in the month will do: the rules look at nine months and at the order of expiries only.
  const int year = 2021 + (10 + months) / 12;
  const int month = (10 + months) % 12 + 1;
  return *Date::parse(std::to_string(year) + (month < 10 ? "-0" : "-") + std::to_string(month) + "-17");
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

struct Case {
  Account account;
  MarketView market;
};

Case read(const Row& row) {
  const std::string& kind = row.at("underlying_class");
  const bool broad = contains(kind, "broad");
  Case result{{"A", {}, {}, {}, {}},
              {*Date::parse("2021-11-01"),
               {{"U", broad ? UnderlyingClass::broad_index : UnderlyingClass::equity,
                 number(row.at("underlying_price")), number(row.at("leverage_factor")), PriceBasis::raw}}}};
  if (const auto stock = split(row.at("stock_leg"), '|'); !stock.empty())
    result.account.stocks.push_back({"S", "U", (stock[0] == "long" ? 1 : -1) * number(stock[1])});
  // The short calendar prints the names of its months (November, December), the other rows months to run.
  const bool named_months = contains(row.at("strategy"), "long_expires_first");
  const bool european = contains(row.at("strategy"), "european");
  for (const std::string& text : split(row.at("option_legs"), ';')) {
    const auto leg = split(text, '|');
    const double scale = contains(leg[1], "1/10") ? 10.0 : 1.0;
    const int months = leg[5].empty() ? 1 : std::stoi(leg[5]) - (named_months ? 10 : 0);
    result.account.options.push_back({"O" + text, "U", contains(leg[1], "call") ? OptionType::call : OptionType::put,
                                      european ? Exercise::european : Exercise::american, number(leg[2]) * scale,
                                      in_months(months), (leg[0] == "long" ? 1 : -1) * number(leg[3]),
                                      number(row.at("multiplier")) / scale, number(leg[4]) * scale});
  }
  return result;
}

/// What the manual prints: rule figures, initially with the options paid in full, and a short sale gross of its
/// proceeds.
double printed(const PhaseResult& phase, bool initial, const Case& c) {
  Money total = initial ? phase.paid_in_full : Money{};
  const bool short_sale = !c.account.stocks.empty() && c.account.stocks[0].quantity < 0;
  for (const Component& underlying : phase.requirement.children)
    for (const Component& group : underlying.children)
      for (const Component& leaf : group.children)
        if (leaf.kind == ComponentKind::requirement || short_sale) total += leaf.amount;
  if (!short_sale) return total.dollars();
  return total.dollars() - c.account.stocks[0].quantity * c.market.underlyings[0].spot;
}

TEST(CboeManual, sample_calculations_are_reproduced_to_the_cent) {
  const auto all = rows();
  ASSERT_EQ(all.size(), 33U);
  for (const Row& row : all) {
    const Case c = read(row);
    double found = 0.0;
    if (row.at("phase") == "max_potential_loss") {
      std::vector<PayoffLeg> legs;
      for (const auto& o : c.account.options) legs.push_back({o.type, o.strike, o.quantity * o.multiplier});
      found = maximum_loss(legs).loss;
    } else {
      const auto result = margin(c.account, c.market, books::pack(), books::search);
      ASSERT_TRUE(result) << row.at("case_id") << ": " << result.error().message();
      const bool initial = row.at("phase") == "initial";
      found = printed(initial ? result->initial : result->maintenance, initial, c);
    }
    EXPECT_NEAR(found, number(row.at("expected_requirement")), number(row.at("tolerance"))) << row.at("case_id");
  }
}

}  // namespace
}  // namespace plimsoll::margin
