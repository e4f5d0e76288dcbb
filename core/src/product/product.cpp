#include "plimsoll/product/product.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const European& option) {
  return flaw_of_option(option.strike, option.expiry,
                        "give the strike as a price >= 0; negative strikes need Bachelier");
}

std::optional<Error> find_flaw(const American& option) { return flaw_of_option(option.strike, option.expiry); }

std::optional<Error> find_flaw(const ArithmeticAsian& option) {
  if (auto flaw = flaw_of_option(option.strike, option.expiry)) return flaw;
  if (option.past_count < 0)
    return Error{ErrorCode::invalid_value, "past_count", std::to_string(option.past_count), "an integer >= 0",
                 "give the number of fixings already made"};
  if (auto flaw = flaw_of_amount("past_sum", option.past_sum, "give the sum of the fixings already made")) return flaw;
  if (option.past_count == 0 && option.past_sum != 0.0)
    return Error{ErrorCode::invalid_value, "past_sum", text_of(option.past_sum), "0 when past_count is 0",
                 "give past_count with past_sum"};
  if (option.past_count == 0 && option.fixings.empty())
    return Error{ErrorCode::missing_field, "fixings", "[]", "at least one fixing, past or to come",
                 "list the fixing dates of the average"};
  double last = 0.0;
  for (const double time : option.fixings) {
    if (!(time >= last && time <= option.expiry))
      return Error{ErrorCode::invalid_value, "fixings", text_of(time),
                   "times in years, ascending, from 0 to the expiry " + text_of(option.expiry),
                   "sort the fixings and put none after the expiry"};
    last = time;
  }
  return std::nullopt;
}

std::optional<Error> find_flaw(const Stock&) { return std::nullopt; }

std::optional<Error> find_flaw(const Future& future) { return flaw_of_expiry(future.expiry); }

std::string_view kind(const Product& product) {
  return std::visit([]<class P>(const P&) { return Fields<P>::name; }, product);
}

bool is_linear(const Product& product) {
  return std::holds_alternative<Stock>(product) || std::holds_alternative<Future>(product) ||
         std::holds_alternative<Payment>(product) || std::holds_alternative<CurrencyForward>(product);
}

std::optional<Error> find_flaw(const Product& product) {
  return std::visit([](const auto& terms) { return find_flaw(terms); }, product);
}

}  // namespace plimsoll
