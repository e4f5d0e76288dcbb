#pragma once

#include "plimsoll/base/day_count.hpp"
#include "plimsoll/method/fourier/calibration.hpp"
#include "plimsoll/numerics/call_surface.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace plimsoll {

/// One row of a chain as listed. A lone price is a bid and an ask that are equal; NaN is a quote that is not there.
struct ListedQuote {
  OptionType type = OptionType::call;
  double strike = 0.0;
  Date expiry;
  double bid = 0.0;
  double ask = 0.0;

  friend bool operator==(const ListedQuote&, const ListedQuote&) = default;
};

template <>
struct Fields<ListedQuote> {
  static constexpr std::string_view name = "ListedQuote";
  static constexpr auto list = std::make_tuple(field("type", &ListedQuote::type), field("strike", &ListedQuote::strike),
                                               field("expiry", &ListedQuote::expiry), field("bid", &ListedQuote::bid),
                                               field("ask", &ListedQuote::ask));
};

/// What became of a row. `used`: it is in the chain. `in_the_money`: its pair out of the money stands for it. `no_bid`:
/// nobody bids. The rest are flaws: `no_price` (no ask, or a bid or ask below zero or without end), `crossed` (the bid
/// is above the ask), `bad_strike`, `expired`, `duplicate`, `no_parity` (its expiry has too few pairs to imply a
/// forward), `out_of_bounds` (the price can be arbitraged against the forward), `no_time_value` (an American option
/// that is best exercised now).
enum class QuoteEnd : std::uint8_t {
  used,
  in_the_money,
  no_bid,
  no_price,
  crossed,
  bad_strike,
  expired,
  duplicate,
  no_parity,
  out_of_bounds,
  no_time_value,
};

/// The end as it is written in outcomes, for instance "out_of_bounds".
std::string_view name(QuoteEnd end) noexcept;

/// How a chain is to be read. American options need the spot and the rate: parity does not hold for them.
struct ChainTerms {
  Date today;
  Exercise exercise = Exercise::european;
  std::optional<double> spot;
  std::optional<double> rate;  // continuous; parity implies it where it is not given
};

/// What parity implies of an expiry: puts and calls at so many strikes, whose prices miss it by `miss` in the mean.
/// `left_out` are the rows, a call and its put in turn, that miss it too far to be used, the worst first.
/// `misses_beyond_spread`: the pairs used miss parity in the mean by more than the median of their spreads, where they
/// have any: their bids and asks contradict parity, and the forward is doubtful.
struct ImpliedForward {
  double years = 0.0;
  double forward = 0.0;
  double discount = 1.0;
  std::size_t pairs = 0;
  double miss = 0.0;
  std::vector<std::size_t> left_out;
  bool misses_beyond_spread = false;
};

/// A chain read: what became of each row, and the expiries of those that are used, rising in time and strike. `rows`
/// says by expiry and quote which row it was.
struct ChainReading {
  std::vector<QuoteEnd> ends;
  std::vector<ImpliedForward> forwards;
  std::vector<QuotedExpiry> chain;
  std::vector<std::vector<std::size_t>> rows;
};

/// Reads a listed chain: forward and discount factor of each expiry by weighted least squares of parity over the
/// strikes, then the options out of the money at the middle of bid and ask. A pair that misses a
/// line of medians by more than its spread is left out. A spread tells no error where it is below what the pairs miss
/// that line by, as that of lone prices and locked quotes is: three deviations of those misses stand in its place, for
/// the weight too, which find an outlier among four pairs or more (three where the rate is given). American prices are
/// first made European ones of the same volatility by the integral equation, with the yield that parity then implies,
/// found by repetition. The weight of a squared error is that of half its spread; where a quote has none, of a
/// hundredth of volatility. Source: Stoll (1969) for parity; Siegel (1982), Robust regression using repeated medians,
/// Biometrika 69, for the line; Burkovska et al. (2018), Calibration to American options: numerical investigation of
/// the de-Americanization method, Quant. Finance 18, for the reading of American quotes, which is of the early exercise
/// premium's error where dividends are paid in cash. Limits: a bad row spoils no other; refuses American terms without
/// spot or rate.
Result<ChainReading> read_chain(std::span<const ListedQuote> quotes, const ChainTerms& terms);

/// The volatility for which the integral equation gives the price of an American option; `market.volatility` is not
/// read.
/// Accuracy: 1e-10 of the volatility, but for the price's own error of about 1e-7 of the strike.
/// Limits: refuses a price not above what exercise now pays, or not below the bounds, and terms that are not above
/// zero.
Result<double> american_implied_volatility(OptionType type, double strike, double years,
                                           const BlackScholes<double>& market, double price);

/// The calls of a chain over the forward, by parity where a quote is a put.
/// Limits: refuses an expiry whose lists are of other lengths.
Result<std::vector<CallQuotes>> calls_of(std::span<const QuotedExpiry> chain);

/// Weights of their squared errors. Limits: as `calls_of`.
Result<std::vector<std::vector<double>>> call_weights(std::span<const QuotedExpiry> chain);

/// A chain whose prices are those of calls over the forward, in its own order.
/// Limits: as `calls_of`; refuses other than as many calls as the chain has quotes.
Result<std::vector<QuotedExpiry>> with_calls(std::span<const QuotedExpiry> chain, std::span<const CallQuotes> calls);

}  // namespace plimsoll
