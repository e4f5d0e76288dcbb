#include "plimsoll/margin/bilateral/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace plimsoll::margin {

namespace {

std::optional<Error> flaw_of(const SchedulePack& pack, Date date) {
  const auto flaw = [](std::string field, double value, std::string allowed) {
    return Error{ErrorCode::invalid_value, "pack." + std::move(field), text_of(value), std::move(allowed),
                 "correct the parameter pack"};
  };
  for (const ScheduleRate& row : pack.rates) {
    if (!(row.rate >= 0.0 && row.rate <= 1.0))
      return flaw("rates[" + row.product_class + "].rate", row.rate, "a fraction, 0 to 1");
    if (row.from_years < 0 || row.from_years > 100)
      return flaw("rates[" + row.product_class + "].from_years", row.from_years, "0 to 100 years");
  }
  for (const auto& [name, share] : {std::pair{"gross_share", pack.gross_share}, {"net_share", pack.net_share}})
    if (!(share >= 0.0 && share <= 1.0)) return flaw(name, share, "a fraction, 0 to 1");
  if (date < pack.in_force_from || pack.in_force_until < date)
    return Error{ErrorCode::not_in_force, "pack", pack.pack_id + "-" + pack.revision + " on " + date.iso(),
                 pack.in_force_from.iso() + " to " + pack.in_force_until.iso(), "give the pack of that date"};
  return std::nullopt;
}

/// Whether so many years, or more, lie between two dates; 29 February has its anniversary on the 28th where there is
/// no other.
bool is_years_away(Date end, Date date, int years) {
  const std::string text = date.iso();
  const std::string year = std::to_string(std::stoi(text.substr(0, 4)) + years);
  const auto same_day = Date::parse(year + text.substr(4));
  const auto found = same_day ? same_day : Date::parse(year + "-02-28");
  return found && *found <= end;  // no date is as far as an anniversary beyond the year 9999
}

class Reader {
 public:
  Reader(const SchedulePack& pack, const SimmSettings& settings) : pack_(pack), settings_(settings) {}
  std::optional<Error> read(const CrifRow& row);
  Result<ScheduleMargin> finish();

 private:
  struct Seen {
    const CrifRow* notional = nullptr;
    const CrifRow* present_value = nullptr;
    ScheduleTrade trade;
  };
  Result<double> rate_of(const CrifRow& row, Date end) const;

  const SchedulePack& pack_;
  const SimmSettings& settings_;
  std::map<std::string, Seen> trades_;
};

Result<double> Reader::rate_of(const CrifRow& row, Date end) const {
  const ScheduleRate* found = nullptr;
  std::set<std::string> known;
  for (const ScheduleRate& rate : pack_.rates) {
    known.insert(rate.product_class);
    const bool holds = rate.product_class == row.product_class &&
                       (rate.from_years == 0 || is_years_away(end, settings_.date, rate.from_years));
    if (holds && (found == nullptr || found->from_years < rate.from_years)) found = &rate;
  }
  if (found != nullptr) return found->rate;
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  return refused_row(row.product_class.empty() ? ErrorCode::missing_field : ErrorCode::invalid_value, row,
                     "product_class", row.product_class.empty() ? "nothing" : row.product_class, names,
                     "name one of these");
}

std::optional<Error> Reader::read(const CrifRow& row) {
  if (row.risk_type != "Notional" && row.risk_type != "PV")
    return refused_row(ErrorCode::invalid_value, row, "risk_type", row.risk_type, "Notional, PV",
                       "take the row out of im_model Schedule");
  Seen& seen = trades_[row.trade_id];
  const CrifRow*& place = row.risk_type == "PV" ? seen.present_value : seen.notional;
  if (place != nullptr)
    return refused_row(ErrorCode::invalid_value, row, "trade_id", row.trade_id,
                       "one row " + row.risk_type + " for each trade; line " + std::to_string(place->line) + " is one",
                       "keep one of the two rows");
  place = &row;
  const auto amount = amount_in(row, pack_.currency, settings_.rates);
  if (!amount) return amount.error();
  if (row.risk_type == "PV") {
    seen.trade.present_value = settings_.side == MarginSide::call ? *amount : -*amount;
    return std::nullopt;
  }
  if (!row.end_date)
    return refused_row(ErrorCode::missing_field, row, "end_date", "nothing", "the day on which the trade ends",
                       "fill the column in");
  if (*row.end_date < settings_.date)
    return refused_row(ErrorCode::expired_product, row, "end_date", row.end_date->iso(),
                       settings_.date.iso() + " or later", "leave the trade out");
  const auto rate = rate_of(row, *row.end_date);
  if (!rate) return rate.error();
  ScheduleTrade& trade = seen.trade;
  trade.trade_id = row.trade_id;
  trade.product_class = row.product_class;
  trade.end_date = *row.end_date;
  trade.notional = *amount;
  trade.rate = *rate;
  trade.gross_margin = *rate * std::abs(*amount);
  return std::nullopt;
}

Result<ScheduleMargin> Reader::finish() {
  ScheduleMargin out;
  double net = 0.0;
  for (auto& [trade_id, seen] : trades_) {
    if (seen.notional == nullptr || seen.present_value == nullptr) {
      const CrifRow& row = seen.notional == nullptr ? *seen.present_value : *seen.notional;
      return refused_row(ErrorCode::missing_field, row, "trade_id", trade_id,
                         "a row Notional and a row PV for each trade", "add the row that is missing");
    }
    out.gross_margin += seen.trade.gross_margin;
    out.gross_replacement_cost += std::max(0.0, seen.trade.present_value);
    net += seen.trade.present_value;
    out.trades.push_back(std::move(seen.trade));
  }
  out.net_replacement_cost = std::max(0.0, net);
  if (out.gross_replacement_cost > 0.0) out.net_to_gross = out.net_replacement_cost / out.gross_replacement_cost;
  out.amount = (pack_.gross_share + pack_.net_share * out.net_to_gross) * out.gross_margin;
  return out;
}

}  // namespace

std::vector<NettingSetSchedule> schedule_of_netting_sets(const std::vector<CrifRow>& rows, const SchedulePack& pack,
                                                         const SimmSettings& settings) {
  const auto flaw = flaw_of(pack, settings.date);
  std::map<std::string, Reader> sets;
  std::map<std::string, Error> refusals;
  for (const CrifRow& row : rows) {
    if (row.im_model != "Schedule") continue;
    const auto own = sets.try_emplace(row.portfolio_id, pack, settings).first;
    if (refusals.contains(row.portfolio_id)) continue;
    if (auto refusal = flaw ? flaw : own->second.read(row)) refusals.emplace(row.portfolio_id, *std::move(refusal));
  }
  std::vector<NettingSetSchedule> out;
  for (auto& [portfolio, reader] : sets) {
    const auto refused = refusals.find(portfolio);
    out.push_back({portfolio, refused == refusals.end() ? reader.finish() : Result<ScheduleMargin>{refused->second}});
  }
  return out;
}

}  // namespace plimsoll::margin
