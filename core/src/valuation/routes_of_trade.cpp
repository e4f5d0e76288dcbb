#include "plimsoll/valuation/routes_of_trade.hpp"

#include "plimsoll/valuation/resolve_market.hpp"
#include "several_assets.hpp"

#include <string>
#include <variant>

namespace plimsoll {

namespace {

template <class P>
concept HasRoutes = requires(const P& product, const BlackScholes<double>& model, const MonteCarlo& method) {
  greek_routes(product, model, method);
};

}  // namespace

Result<RouteReport> greek_routes(const Trade& trade, const Snapshot& snapshot, const MonteCarlo& method) {
  const auto product = resolve(trade, snapshot.valuation_date());
  if (!product) return product.error();
  const auto quotes = snapshot.underlying(underlying_of(trade));
  if (!quotes) return quotes.error();
  if (auto flaw = flaw_of_quotation(trade, **quotes)) return *flaw;
  return std::visit(
      [&]<class P>(const P& option) -> Result<RouteReport> {
        if constexpr (HasRoutes<P>) {
          const auto dividends = dividends_until(**quotes, snapshot.valuation_date(), option.expiry);
          if (!dividends.empty())
            return Error{ErrorCode::unsupported, "cash_dividends", std::to_string(dividends.size()) + " before expiry",
                         "none", "give a dividend yield in their place"};
          return greek_routes(option, resolve_black_scholes(**quotes, option.strike, option.expiry, dividends), method);
        } else {
          return Error{ErrorCode::unsupported, "product", std::string(Fields<P>::name),
                       "European, ArithmeticAsian, Digital, Barrier", "take the sensitivities that `value` gives"};
        }
      },
      *product);
}

}  // namespace plimsoll
