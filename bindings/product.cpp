#include "bindings.hpp"
#include "field_list.hpp"

#include <plimsoll/product/trade.hpp>

namespace plimsoll::bindings {

void bind_product(nb::module_& module) {
  nb::enum_<OptionType>(module, "OptionType").value("call", OptionType::call).value("put", OptionType::put);
  nb::enum_<Exercise>(module, "Exercise").value("european", Exercise::european).value("american", Exercise::american);
  bind_described<OptionTerms>(module);
  bind_described<AsianTerms>(module);
  bind_described<StockTerms>(module);
  bind_described<FutureTerms>(module);
  bind_described<Trade>(module).def_prop_ro(
      "underlying", [](const Trade& trade) { return underlying_of(trade); }, "The name of what the trade is on.");
  bind_described<European>(module);
  bind_described<American>(module);
  bind_described<ArithmeticAsian>(module);
  bind_described<Stock>(module);
  bind_described<Future>(module);
  module.def(
      "resolve", [](const Trade& trade, Date date) { return unwrap(resolve(trade, date)); }, nb::arg("trade"),
      nb::arg("valuation_date"), "The product in years from the valuation date.");
}

}  // namespace plimsoll::bindings
