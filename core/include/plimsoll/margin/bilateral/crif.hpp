#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// The tenors of the risk data format, shortest first; their place is what correlations refer to.
inline constexpr std::array<std::string_view, 12> simm_tenors{"2w", "1m", "3m",  "6m",  "1y",  "2y",
                                                              "3y", "5y", "10y", "15y", "20y", "30y"};

/// One row of the common risk interchange format, as its columns are called; text as it stands in the file.
struct CrifRow {
  int line = 0;  ///< in the file, the header being line 1: what a refusal names
  std::string trade_id;
  std::string portfolio_id;
  std::string product_class;
  std::string risk_type;
  std::string qualifier;
  std::string bucket;
  std::string label1;
  std::string label2;
  std::string amount_currency;
  std::optional<double> amount;      ///< in amount_currency
  std::optional<double> amount_usd;  ///< in US dollars; taken first where dollars are wanted
  std::string im_model;             ///< "Schedule" takes a row out of the sensitivities; "SIMM" or nothing leaves it in
  std::string collect_regulations;  ///< comma-separated: under which the holder of the file collects
  std::string post_regulations;     ///< under which it posts
  std::optional<Date> end_date;

  friend bool operator==(const CrifRow&, const CrifRow&) = default;
};

/// What one unit of a currency is worth in the currency of the parameter pack.
struct CurrencyRate {
  std::string currency;
  double rate = 0.0;

  friend bool operator==(const CurrencyRate&, const CurrencyRate&) = default;
};

/// The amount of a row in `currency`: its dollar amount where that is the currency, else its amount at the given rate.
/// Refuses a row without amount or without currency, an amount that is not finite, and a currency without a rate.
Result<double> amount_in(const CrifRow& row, std::string_view currency, const std::vector<CurrencyRate>& rates);

/// The refusal of a field of a row, by the row's line.
Error refused_row(ErrorCode code, const CrifRow& row, std::string_view field, std::string value, std::string allowed,
                  std::string fix);

/// Adds up rows that differ in trade and amount alone; the result is sorted, and free of trades. A row without an
/// amount is refused. Accuracy: amounts of equal factors are added in order of size, so the order of the rows changes
/// no bit.
Result<std::vector<CrifRow>> netted(const std::vector<CrifRow>& rows);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::CrifRow> {
  static constexpr std::string_view name = "CrifRow";
  static constexpr auto list = std::make_tuple(
      field("line", &margin::CrifRow::line), field("trade_id", &margin::CrifRow::trade_id),
      field("portfolio_id", &margin::CrifRow::portfolio_id), field("product_class", &margin::CrifRow::product_class),
      field("risk_type", &margin::CrifRow::risk_type), field("qualifier", &margin::CrifRow::qualifier),
      field("bucket", &margin::CrifRow::bucket), field("label1", &margin::CrifRow::label1),
      field("label2", &margin::CrifRow::label2), field("amount_currency", &margin::CrifRow::amount_currency),
      field("amount", &margin::CrifRow::amount), field("amount_usd", &margin::CrifRow::amount_usd),
      field("im_model", &margin::CrifRow::im_model),
      field("collect_regulations", &margin::CrifRow::collect_regulations),
      field("post_regulations", &margin::CrifRow::post_regulations), field("end_date", &margin::CrifRow::end_date));
};

template <>
struct Fields<margin::CurrencyRate> {
  static constexpr std::string_view name = "CurrencyRate";
  static constexpr auto list =
      std::make_tuple(field("currency", &margin::CurrencyRate::currency), field("rate", &margin::CurrencyRate::rate));
};

}  // namespace plimsoll
