#pragma once

#include "plimsoll/margin/intraday.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// What positions with one mark have in common; a future has no type, strike or exercise, written as -1, 0 and -1.
using SeriesKey = std::tuple<std::string, Date, double, int, double, int>;

SeriesKey series_of(const OptionPosition& position);
SeriesKey series_of(const FuturePosition& position);

/// Entries that count as one: a transaction, the legs of an order, or a move of the market.
struct Step {
  std::vector<const LedgerEvent*> entries;
  bool transaction = true;
};

/// A day in the form in which all its orders can be tried: canonical, so that the listing leaves no trace.
struct DayPlan {
  std::vector<Step> at_start;            ///< one step at most
  std::vector<std::vector<Step>> timed;  ///< by moment; steps of one moment have no known order
  std::vector<Step> untimed;
  std::map<SeriesKey, double> marks;       ///< at the start of the day, of every series held or traded
  std::map<std::string, SeriesKey> of_id;  ///< by trade id
};

/// Checks the entries and lays out the day. The plan points into the ledger's entries.
Result<DayPlan> plan_of(const DayLedger& ledger, const IntradayChoices& choices);

}  // namespace plimsoll::margin
