#include "plimsoll/product/variance_swap.hpp"

#include "flaw.hpp"

#include <span>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_quotes(std::string_view field, std::span<const StripQuote> quotes) {
  if (quotes.size() < 2)
    return Error{ErrorCode::missing_field, std::string(field), std::to_string(quotes.size()) + " strikes",
                 "at least two strikes", "give more of the strip"};
  double last = 0.0;
  for (const StripQuote& quote : quotes) {
    if (!(quote.strike > last && std::isfinite(quote.strike)))
      return Error{ErrorCode::invalid_value, std::string(field), text_of(quote.strike), "rising strikes above zero",
                   "sort the strip by strike"};
    if (auto flaw = flaw_of_amount("volatility", quote.volatility, "give the volatility as a decimal")) return flaw;
    last = quote.strike;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> find_flaw(const VarianceStrip& strip) {
  if (auto flaw = flaw_of_quotes("puts", strip.puts)) return flaw;
  if (auto flaw = flaw_of_quotes("calls", strip.calls)) return flaw;
  if (strip.puts.back().strike != strip.calls.front().strike)
    return Error{ErrorCode::invalid_value, "calls", text_of(strip.calls.front().strike),
                 "the highest strike of the puts, " + text_of(strip.puts.back().strike),
                 "let puts and calls share the boundary strike"};
  if (auto flaw = flaw_of_expiry(strip.expiry)) return flaw;
  if (strip.expiry > 0.0) return std::nullopt;
  return Error{ErrorCode::invalid_value, "expiry", text_of(strip.expiry), "years above zero",
               "a variance needs time to be realised in"};
}

}  // namespace plimsoll
