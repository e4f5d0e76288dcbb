// The door and its call for columns on any trade in any market by any method: finite numbers or a refusal.
#include "fuzz.hpp"

#include <array>
#include <cstddef>
#include <optional>

#include <plimsoll/valuation/bulk.hpp>
#include <plimsoll/valuation/value.hpp>

namespace plimsoll::fuzz {
namespace {

constexpr std::array types{OptionType::call, OptionType::put};
constexpr std::array exercises{Exercise::european, Exercise::american};
constexpr std::array moves{BinomialMoves::cox_ross_rubinstein, BinomialMoves::jarrow_rudd, BinomialMoves::tian};
constexpr std::array last_steps{LastStep::payoff, LastStep::black_scholes};
constexpr std::array payouts{Payout::difference, Payout::cash, Payout::asset};
constexpr std::array sides{BarrierSide::down, BarrierSide::up};
constexpr std::array knocks{Knock::knock_in, Knock::knock_out};
constexpr std::array settlements{Settlement::at_hit, Settlement::at_expiry};
constexpr std::array strike_kinds{LookbackStrike::floating, LookbackStrike::fixed};
constexpr std::array windows{BarrierWindow::start, BarrierWindow::end_any_side, BarrierWindow::end_from_side};
constexpr std::array extenders{ExtendedBy::holder, ExtendedBy::writer};
constexpr std::array states{BarrierState::alive, BarrierState::knocked};
constexpr std::array extrapolations{Extrapolation::none, Extrapolation::richardson};

Method any_method(FuzzedDataProvider& data) {
  const auto extrapolation = data.PickValueInArray(extrapolations);
  switch (data.ConsumeIntegralInRange(0, 6)) {
    case 0:
      return LeisenReimer{data.ConsumeIntegralInRange<std::int64_t>(-1, 51), extrapolation};
    case 1:
      return CrankNicolson{data.ConsumeIntegralInRange<std::int64_t>(18, 60),
                           data.ConsumeIntegralInRange<std::int64_t>(8, 30), extrapolation};
    case 2:
      return MonteCarlo{data.ConsumeIntegralInRange<std::int64_t>(0, 128), data.ConsumeIntegral<std::uint64_t>(), 1};
    case 3:
      return Binomial{data.PickValueInArray(moves), data.ConsumeIntegralInRange<std::int64_t>(2, 52), extrapolation,
                      data.PickValueInArray(last_steps)};
    case 4:
      return Trinomial{data.ConsumeIntegralInRange<std::int64_t>(2, 52), extrapolation,
                       data.PickValueInArray(last_steps)};
    default:
      return ClosedForm{};
  }
}

struct State {
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;
};

State any_state(FuzzedDataProvider& data, Numbers& numbers) {
  State state;
  if (!numbers.one_in(4)) return state;
  state.state = data.PickValueInArray(states);
  if (data.ConsumeBool()) state.knocked_on = numbers.date(today);
  return state;
}

Terms any_digital(FuzzedDataProvider& data, Numbers& numbers, const std::string& underlying, Date expiry) {
  const auto payout = data.PickValueInArray(payouts);
  const double level = numbers.mostly(1.0, 500.0);
  const double cash = numbers.mostly(0.0, 50.0);
  if (data.ConsumeBool())
    return DigitalTerms{underlying, data.PickValueInArray(types), payout, level,
                        cash,       numbers.mostly(0.0, 500.0),   expiry};
  const State state = any_state(data, numbers);
  return TouchTerms{underlying,
                    payout,
                    cash,
                    data.PickValueInArray(sides),
                    data.PickValueInArray(knocks),
                    data.PickValueInArray(settlements),
                    level,
                    expiry,
                    state.state,
                    state.knocked_on};
}

Terms any_on_dates(FuzzedDataProvider& data, Numbers& numbers, const std::string& underlying, Date expiry) {
  const auto type = data.PickValueInArray(types);
  const auto other = data.PickValueInArray(types);
  const double strike = numbers.mostly(0.0, 500.0);
  const double other_strike = numbers.mostly(0.0, 500.0);
  const Date last = numbers.one_in(8) ? numbers.date(today) : expiry + data.ConsumeIntegralInRange(0, 800);
  switch (data.ConsumeIntegralInRange(0, 4)) {
    case 0: {
      const auto start_spot = data.ConsumeBool() ? std::optional(numbers.mostly(1.0, 500.0)) : std::nullopt;
      return ForwardStartTerms{underlying, type, numbers.mostly(0.0, 3.0), expiry, last, start_spot};
    }
    case 1:
      return ChooserTerms{underlying,
                          expiry,
                          strike,
                          last,
                          other_strike,
                          numbers.one_in(2) ? last : last + 60,
                          data.ConsumeBool() ? std::optional(type) : std::nullopt};
    case 2:
      return CompoundTerms{underlying, type, numbers.mostly(0.0, 50.0), expiry, other, strike, last};
    case 3:
      return ExtendibleTerms{underlying,
                             type,
                             data.PickValueInArray(extenders),
                             strike,
                             expiry,
                             other_strike,
                             last,
                             numbers.one_in(2) ? 0.0 : numbers.mostly(0.0, 20.0)};
    default: {
      const State state = any_state(data, numbers);
      return DoubleTouchTerms{underlying,
                              numbers.mostly(0.0, 50.0),
                              data.PickValueInArray(knocks),
                              numbers.mostly(1.0, 150.0),
                              numbers.mostly(50.0, 500.0),
                              expiry,
                              state.state,
                              state.knocked_on};
    }
  }
}

Terms any_window(FuzzedDataProvider& data, Numbers& numbers, const std::string& underlying, Date expiry) {
  const auto type = data.PickValueInArray(types);
  const double strike = numbers.mostly(0.0, 500.0);
  const Date cover = numbers.one_in(8) ? numbers.date(today) : expiry + data.ConsumeIntegralInRange(-400, 2);
  if (data.ConsumeBool())
    return PartialLookbackTerms{underlying,
                                type,
                                data.PickValueInArray(strike_kinds),
                                strike,
                                numbers.mostly(0.5, 2.0),
                                data.ConsumeBool() ? std::optional(numbers.mostly(50.0, 200.0)) : std::nullopt,
                                cover,
                                expiry};
  const State state = any_state(data, numbers);
  return PartialTimeBarrierTerms{underlying,
                                 type,
                                 strike,
                                 data.ConsumeBool() ? std::optional(data.PickValueInArray(sides)) : std::nullopt,
                                 data.PickValueInArray(knocks),
                                 data.PickValueInArray(windows),
                                 numbers.mostly(1.0, 500.0),
                                 cover,
                                 expiry,
                                 state.state,
                                 state.knocked_on};
}

Terms any_barrier(FuzzedDataProvider& data, Numbers& numbers, const std::string& underlying, Date expiry) {
  const auto type = data.PickValueInArray(types);
  const auto payout = data.PickValueInArray(payouts);
  const auto side = data.PickValueInArray(sides);
  const auto knock = data.PickValueInArray(knocks);
  const double strike = numbers.mostly(0.0, 500.0);
  const double lower = numbers.mostly(1.0, 150.0);
  const double upper = numbers.mostly(50.0, 500.0);
  const double cash = numbers.mostly(0.0, 50.0);
  const State state = any_state(data, numbers);
  switch (data.ConsumeIntegralInRange(0, 3)) {
    case 0:
      return BarrierTerms{underlying, type,  payout, strike, cash,        side,
                          knock,      lower, cash,   expiry, state.state, state.knocked_on};
    case 1:
      return DoubleBarrierTerms{underlying, type,   payout,      strike,          cash, knock, lower,
                                upper,      expiry, state.state, state.knocked_on};
    case 2:
      return SoftBarrierTerms{underlying, type, strike, side, knock, lower, upper, expiry, numbers.mostly(1.0, 500.0)};
    default:
      return LookbackTerms{underlying, type, data.PickValueInArray(strike_kinds), strike, numbers.mostly(1.0, 500.0),
                           expiry};
  }
}

Terms any_carried(FuzzedDataProvider& data, Numbers& numbers, const std::string& underlying, Date expiry) {
  const auto type = data.PickValueInArray(types);
  const auto exercise = data.PickValueInArray(exercises);
  const double strike = numbers.mostly(-50.0, 500.0);
  switch (data.ConsumeIntegralInRange(0, 2)) {
    case 0:
      return FutureOptionTerms{underlying, type,   exercise,
                               strike,     expiry, expiry + data.ConsumeIntegralInRange(-1, 400)};
    case 1:
      return CurrencyForwardTerms{underlying, "EUR", numbers.one_in(8) ? "EUR" : "USD", strike, expiry};
    default:
      return CurrencyOptionTerms{underlying, "EUR", numbers.one_in(8) ? "usd" : "USD", type, exercise, strike, expiry};
  }
}

Terms any_terms(FuzzedDataProvider& data, Numbers& numbers) {
  const std::string underlying = numbers.one_in(16) ? "XYZ" : "ABC";
  const auto type = data.PickValueInArray(types);
  const double strike = numbers.mostly(0.0, 500.0);
  const Date expiry = numbers.date(today);
  switch (data.ConsumeIntegralInRange(0, 9)) {
    case 0: {
      std::vector<Date> fixings(data.ConsumeIntegralInRange<std::size_t>(0, 6));
      for (Date& fixing : fixings) fixing = numbers.date(today);
      if (!numbers.one_in(8)) std::ranges::sort(fixings);
      auto fixed = numbers.list(6, 0.0, 500.0);
      const auto past = std::ranges::count_if(fixings, [](Date fixing) { return fixing < today; });
      if (!numbers.one_in(8)) fixed.resize(static_cast<std::size_t>(past), 100.0);
      return AsianTerms{underlying, type, strike, fixings, fixed, expiry};
    }
    case 1:
      return StockTerms{underlying};
    case 2:
      return FutureTerms{underlying, expiry};
    case 3:
      return any_digital(data, numbers, underlying, expiry);
    case 4:
      return any_barrier(data, numbers, underlying, expiry);
    case 5:
      return any_on_dates(data, numbers, underlying, expiry);
    case 6:
      return any_window(data, numbers, underlying, expiry);
    case 7:
      return any_carried(data, numbers, underlying, expiry);
    default:
      return OptionTerms{underlying, type, data.PickValueInArray(exercises), strike, expiry};
  }
}

bool is_finite(const Greeks& greeks) {
  return std::isfinite(greeks.delta) && std::isfinite(greeks.gamma) && std::isfinite(greeks.vega) &&
         std::isfinite(greeks.theta) && std::isfinite(greeks.rho);
}

void require_finite(const Result<Valuation>& result) {
  if (!result) return require_plain(result.error());
  require(std::isfinite(result->price), "a price is finite");
  require(is_finite(result->greeks), "sensitivities are finite");
  require(!result->standard_error || std::isfinite(*result->standard_error), "a standard error is finite");
  require(result->evidence.trade_digest.size() == 64, "a valuation has its evidence");
}

/// The same market quoted as a future, which carries nothing and may be priced below zero.
UnderlyingMarket quoted(FuzzedDataProvider& data, Numbers& numbers, UnderlyingMarket market) {
  market.quotation = data.ConsumeBool() ? Quotation::future : Quotation::normal_future;
  market.spot = numbers.mostly(-200.0, 500.0);
  if (!numbers.one_in(8)) market.dividend_yield = market.rate;
  if (!numbers.one_in(8)) market.dividends.clear();
  return market;
}

void value_trades(FuzzedDataProvider& data, Numbers& numbers) {
  const auto market = any_market(data, numbers, "ABC");
  if (!market) return require_plain(market.error());
  const auto snapshot = Snapshot::make(today, {numbers.one_in(6) ? quoted(data, numbers, *market) : *market});
  if (!snapshot) return require_plain(snapshot.error());
  const Method method = any_method(data);
  std::vector<Trade> trades(data.ConsumeIntegralInRange<std::size_t>(1, 3));
  for (Trade& trade : trades) {
    const double quantity = numbers.mostly(-100.0, 100.0);
    trade = {"T", quantity, numbers.mostly(1.0, 100.0), any_terms(data, numbers)};
  }
  const auto outcomes = value_book(trades, *snapshot, method, 1);
  require(outcomes.size() == trades.size(), "a book has one outcome for each trade");
  for (std::size_t i = 0; i < trades.size(); ++i) {
    require_finite(outcomes[i].result);
    const auto alone = value(trades[i], *snapshot, method);
    require(alone.has_value() == outcomes[i].result.has_value(), "a trade alone and in a book come to the same");
    if (alone) require(*alone == *outcomes[i].result, "a trade alone and in a book have the same bits");
  }
}

struct Table {
  std::vector<std::uint8_t> type, exercise;
  std::vector<double> spot, strike, years, rate, dividend_yield, volatility, dividend_years, dividend_amounts;
  std::vector<std::int64_t> offsets;

  Table(FuzzedDataProvider& data, Numbers& numbers) {
    const auto rows = data.ConsumeIntegralInRange<std::size_t>(0, 4);
    for (std::size_t i = 0; i < rows; ++i) {
      type.push_back(data.ConsumeIntegralInRange<std::uint8_t>(0, 2));
      exercise.push_back(data.ConsumeIntegralInRange<std::uint8_t>(0, 2));
      spot.push_back(numbers.mostly(0.0, 500.0));
      strike.push_back(numbers.mostly(0.0, 500.0));
      years.push_back(numbers.mostly(0.0, 5.0));
      rate.push_back(numbers.mostly(-0.1, 0.2));
      dividend_yield.push_back(numbers.mostly(-0.1, 0.2));
      volatility.push_back(numbers.mostly(0.0, 2.0));
    }
    if (data.ConsumeBool()) return;
    offsets.resize(data.ConsumeIntegralInRange<std::size_t>(0, rows + 1));
    for (std::int64_t& offset : offsets) offset = data.ConsumeIntegralInRange<std::int64_t>(-1, 5);
    if (!numbers.one_in(4)) std::ranges::sort(offsets);
    dividend_years = numbers.list(5, 0.0, 5.0);
    dividend_amounts = numbers.list(5, 0.0, 5.0);
  }
};

void value_columns(FuzzedDataProvider& data, Numbers& numbers) {
  const Table t(data, numbers);
  const std::size_t rows = t.spot.size();
  std::array<std::vector<double>, 6> out;
  for (auto& column : out) column.resize(rows);
  std::vector<std::int32_t> status(rows);
  const auto flaw = value_options({t.type, t.exercise, t.spot, t.strike, t.years, t.rate, t.dividend_yield,
                                   t.volatility, t.offsets, t.dividend_years, t.dividend_amounts},
                                  any_method(data), Measures::with_greeks, 1,
                                  {out[0], out[1], out[2], out[3], out[4], out[5], status});
  if (flaw) return require_plain(*flaw);
  for (std::size_t row = 0; row < rows; ++row)
    for (const auto& column : out)
      require(std::isfinite(column[row]) == (status[row] == row_is_valued),
              "a row has numbers, or a status without any");
}

}  // namespace
}  // namespace plimsoll::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace plimsoll::fuzz;
  FuzzedDataProvider data(bytes, size);
  Numbers numbers(data);
  if (data.ConsumeIntegralInRange(0, 3) == 0)
    value_columns(data, numbers);
  else
    value_trades(data, numbers);
  return 0;
}
