#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/bilateral/crif.hpp"
#include "plimsoll/margin/bilateral/simm.hpp"

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// Rate on the notional of a class of products from a residual maturity on, until the class's next row.
struct ScheduleRate {
  std::string product_class;
  int from_years = 0;
  double rate = 0.0;

  friend bool operator==(const ScheduleRate&, const ScheduleRate&) = default;
};

/// The standardised schedule of initial margin as dated data.
struct SchedulePack {
  std::string pack_id;
  std::string revision;
  Date in_force_from;
  Date in_force_until;   ///< last day
  std::string currency;  ///< of what is computed
  std::vector<ScheduleRate> rates;
  double gross_share = 0.0;  ///< of gross margin, whatever offsets
  double net_share = 0.0;    ///< of gross margin times the net-to-gross ratio

  friend bool operator==(const SchedulePack&, const SchedulePack&) = default;
};

/// One trade of a netting set by the schedule.
struct ScheduleTrade {
  std::string trade_id;
  std::string product_class;
  Date end_date;
  double notional = 0.0;
  double present_value = 0.0;
  double rate = 0.0;
  double gross_margin = 0.0;

  friend bool operator==(const ScheduleTrade&, const ScheduleTrade&) = default;
};

/// Initial margin of a netting set by the schedule.
struct ScheduleMargin {
  double amount = 0.0;
  double gross_margin = 0.0;
  double gross_replacement_cost = 0.0;
  double net_replacement_cost = 0.0;
  double net_to_gross = 1.0;  ///< 1 where no trade is worth anything to the side: nothing shows that they offset
  std::vector<ScheduleTrade> trades;

  friend bool operator==(const ScheduleMargin&, const ScheduleMargin&) = default;
};

/// A netting set by the schedule.
struct NettingSetSchedule {
  std::string portfolio_id;
  Result<ScheduleMargin> margin;
};

/// Margin of every netting set of a file by its rows of im_model "Schedule": one Notional and one PV for each trade.
/// The side that posts sees present values with the other sign. Of `settings` the calculation currency is not read.
/// Source: BCBS-IOSCO (2020), Margin requirements for non-centrally cleared derivatives, appendix A; Commission
/// Delegated Regulation (EU) 2016/2251, annex IV.
/// Limits: a trade that has exactly the years of a border left takes the rate of the longer maturity.
std::vector<NettingSetSchedule> schedule_of_netting_sets(const std::vector<CrifRow>& rows, const SchedulePack& pack,
                                                         const SimmSettings& settings);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::ScheduleRate> {
  static constexpr std::string_view name = "ScheduleRate";
  static constexpr auto list = std::make_tuple(field("product_class", &margin::ScheduleRate::product_class),
                                               field("from_years", &margin::ScheduleRate::from_years),
                                               field("rate", &margin::ScheduleRate::rate));
};

template <>
struct Fields<margin::SchedulePack> {
  static constexpr std::string_view name = "SchedulePack";
  static constexpr auto list = std::make_tuple(
      field("pack_id", &margin::SchedulePack::pack_id), field("revision", &margin::SchedulePack::revision),
      field("in_force_from", &margin::SchedulePack::in_force_from),
      field("in_force_until", &margin::SchedulePack::in_force_until),
      field("currency", &margin::SchedulePack::currency), field("rates", &margin::SchedulePack::rates),
      field("gross_share", &margin::SchedulePack::gross_share), field("net_share", &margin::SchedulePack::net_share));
};

template <>
struct Fields<margin::ScheduleTrade> {
  static constexpr std::string_view name = "ScheduleTrade";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::ScheduleTrade::trade_id),
      field("product_class", &margin::ScheduleTrade::product_class),
      field("end_date", &margin::ScheduleTrade::end_date), field("notional", &margin::ScheduleTrade::notional),
      field("present_value", &margin::ScheduleTrade::present_value), field("rate", &margin::ScheduleTrade::rate),
      field("gross_margin", &margin::ScheduleTrade::gross_margin));
};

template <>
struct Fields<margin::ScheduleMargin> {
  static constexpr std::string_view name = "ScheduleMargin";
  static constexpr auto list = std::make_tuple(
      field("amount", &margin::ScheduleMargin::amount), field("gross_margin", &margin::ScheduleMargin::gross_margin),
      field("gross_replacement_cost", &margin::ScheduleMargin::gross_replacement_cost),
      field("net_replacement_cost", &margin::ScheduleMargin::net_replacement_cost),
      field("net_to_gross", &margin::ScheduleMargin::net_to_gross), field("trades", &margin::ScheduleMargin::trades));
};

}  // namespace plimsoll
