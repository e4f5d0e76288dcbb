#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/bounded_cliquet.hpp"

namespace plimsoll {

/// Expected sum of the returns between their local bounds, past periods included: each is its floor and a call spread
/// on the ratio of two spots.
/// Source: Haug (2007), sec. 4.5 (ratchets); forward-start options of Rubinstein (1990).
/// Accuracy: 1e-14 of the number of periods.
double expected_bounded_sum(const BoundedCliquet& option, const BlackScholes<double>& model);

/// Price for the holder, where no sum of local bounds reaches the global ones.
/// Limits: refuses flaws, and global bounds that may bind.
Result<double> closed_form_price(const BoundedCliquet& option, const BlackScholes<double>& model);

}  // namespace plimsoll
