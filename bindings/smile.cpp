#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"

#include <plimsoll/method/closed_form/implied_volatility.hpp>
#include <plimsoll/model/sabr.hpp>

namespace plimsoll::bindings {

namespace {

using Smile = Sabr<double>;

void bind_formula(nb::module_& module, const char* name,
                  double (*formula)(const Smile&, const double&, const double&, double), const char* doc) {
  module.def(
      name,
      [formula](const Smile& model, double forward, double strike, double years) {
        for (const auto& flaw : {find_flaw(model), find_flaw_of_smile(forward, strike, years)})
          if (flaw) raise(*flaw);
        return formula(model, forward, strike, years);
      },
      nb::arg("model"), nb::arg("forward"), nb::arg("strike"), nb::arg("years"), doc);
}

void bind_sabr(nb::module_& module) {
  bind_described<Smile>(module);
  nb::class_<DensityFlaw>(module, "DensityFlaw")
      .def_ro("strike", &DensityFlaw::strike)
      .def_ro("density", &DensityFlaw::density);
  bind_formula(module, "hagan_volatility", &hagan_volatility<double>, "Hagan's Black volatility.");
  bind_formula(module, "hagan_normal_volatility", &hagan_normal_volatility<double>, "Hagan's Bachelier volatility.");
  bind_formula(module, "local_expansion_volatility", &local_expansion_volatility<double>,
               "Black volatility of SABR's equivalent local volatility.");
  module.def(
      "sabr_density_flaws",
      [](const Smile& model, double forward, double years, const std::vector<double>& strikes) {
        return unwrap(sabr_density_flaws(model, forward, years, strikes));
      },
      nb::arg("model"), nb::arg("forward"), nb::arg("years"), nb::arg("strikes"),
      "The strikes at which Hagan's Black volatilities imply a negative density.");
}

QuotedOption quote_of(OptionType type, double strike, double years, double forward, double discount, double price) {
  return {type, strike, years, forward, discount, price};
}

/// Volatilities and how each inversion ended, for columns of one length.
nb::tuple invert(const Bytes& types, const Series& strikes, const Series& years, const Series& forwards,
                 const Series& discounts, const Series& prices, bool normal) {
  const std::size_t count = types.size();
  for (const Series* column : {&strikes, &years, &forwards, &discounts, &prices})
    if (column->size() != count)
      raise(Error{ErrorCode::invalid_value, "columns", std::to_string(column->size()),
                  std::to_string(count) + " rows, as the types have", "give columns of one length"});
  std::vector<double> volatilities(count);
  std::vector<std::uint8_t> ends(count);
  released([&] {
    implied_volatilities(
        {span_of(types), span_of(strikes), span_of(years), span_of(forwards), span_of(discounts), span_of(prices)},
        normal, volatilities, ends);
    return 0;
  });
  return nb::make_tuple(array_of(std::move(volatilities)), array_of(std::move(ends)));
}

}  // namespace

void bind_smile(nb::module_& module) {
  bind_sabr(module);
  nb::enum_<ImpliedEnd>(module, "ImpliedEnd")
      .value("found", ImpliedEnd::found)
      .value("below_payoff", ImpliedEnd::below_payoff)
      .value("above_bound", ImpliedEnd::above_bound)
      .value("invalid", ImpliedEnd::invalid);
  module.def(
      "implied_volatility",
      [](OptionType type, double strike, double years, double forward, double discount, double price) {
        return unwrap(implied_volatility(quote_of(type, strike, years, forward, discount, price)));
      },
      nb::arg("type"), nb::arg("strike"), nb::arg("years"), nb::arg("forward"), nb::arg("discount"), nb::arg("price"),
      "The volatility for which Black's formula gives the price.");
  module.def(
      "implied_normal_volatility",
      [](OptionType type, double strike, double years, double forward, double discount, double price) {
        return unwrap(implied_normal_volatility(quote_of(type, strike, years, forward, discount, price)));
      },
      nb::arg("type"), nb::arg("strike"), nb::arg("years"), nb::arg("forward"), nb::arg("discount"), nb::arg("price"),
      "The volatility for which Bachelier's formula gives the price.");
  module.def("implied_volatilities", &invert, nb::arg("types"), nb::arg("strikes"), nb::arg("years"),
             nb::arg("forwards"), nb::arg("discounts"), nb::arg("prices"), nb::arg("normal") = false,
             "Volatilities of a table of prices, and how each inversion ended; a bad row spoils no other.");
}

}  // namespace plimsoll::bindings
