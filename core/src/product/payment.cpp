#include "plimsoll/product/payment.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Payment& payment) {
  if (payment.payout == Payout::difference)
    return Error{ErrorCode::invalid_value, "payout", "difference", "cash, asset", "say what is paid"};
  if (auto flaw = flaw_of_amount("amount", payment.amount, "give the amount paid, >= 0")) return flaw;
  return flaw_of_expiry(payment.expiry);
}

}  // namespace plimsoll
