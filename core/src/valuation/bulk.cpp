#include "plimsoll/valuation/bulk.hpp"

#include "american_rows.hpp"
#include "lattice_rows.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/tree/binomial.hpp"
#include "plimsoll/method/vanilla.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plimsoll {

namespace {

constexpr std::size_t rows_in_block = 64;
constexpr std::size_t formula_rows_in_block = 512;  // as many as the formula's columns hold in the first cache

std::optional<Error> flaw_of_length(std::string_view column, std::size_t length, std::size_t rows) {
  if (length == rows) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(column), std::to_string(length) + " rows",
               std::to_string(rows) + " rows, as many as spot", "give columns of equal length"};
}

std::optional<Error> find_length_flaw(const OptionColumns& in, Measures measures, const OptionResults& out) {
  struct Column {
    std::string_view name;
    std::size_t length;
  };
  std::vector<Column> columns{{"type", in.type.size()},
                              {"exercise", in.exercise.size()},
                              {"strike", in.strike.size()},
                              {"years", in.years.size()},
                              {"rate", in.rate.size()},
                              {"dividend_yield", in.dividend_yield.size()},
                              {"volatility", in.volatility.size()},
                              {"price", out.price.size()},
                              {"status", out.status.size()}};
  if (measures == Measures::with_greeks)
    columns.insert(columns.end(), {{"delta", out.delta.size()},
                                   {"gamma", out.gamma.size()},
                                   {"vega", out.vega.size()},
                                   {"theta", out.theta.size()},
                                   {"rho", out.rho.size()}});
  if (!out.error_estimate.empty()) columns.push_back({"error_estimate", out.error_estimate.size()});
  for (const auto& [name, length] : columns)
    if (auto flaw = flaw_of_length(name, length, in.spot.size())) return flaw;
  return std::nullopt;
}

std::optional<Error> find_dividend_flaw(const OptionColumns& in) {
  if (in.dividend_offsets.empty() && in.dividend_years.empty() && in.dividend_amounts.empty()) return std::nullopt;
  const auto entries = static_cast<std::int64_t>(in.dividend_years.size());
  const bool fits = in.dividend_offsets.size() == in.spot.size() + 1 && in.dividend_offsets.front() == 0 &&
                    in.dividend_offsets.back() == entries && std::ranges::is_sorted(in.dividend_offsets) &&
                    in.dividend_amounts.size() == in.dividend_years.size();
  if (fits) return std::nullopt;
  return Error{ErrorCode::invalid_value, "dividend_offsets", std::to_string(in.dividend_offsets.size()) + " offsets",
               "one more than rows, rising from 0 to the number of dividend_years and dividend_amounts",
               "count the dividends of each row and add the counts up"};
}

/// Whether no number of a result has left the range of a double; a sum is finite only if its parts are.
bool is_finite(const PricedGreeks& result) noexcept {
  const Greeks& g = result.greeks;
  return std::isfinite(result.price + g.delta + g.gamma + g.vega + g.theta + g.rho);
}

// One thread's view of the table: reads a row, prices it, writes it.
class RowPricer {
 public:
  RowPricer(const OptionColumns& in, const Method& method, Measures measures, const OptionResults& out) noexcept
      : in_(in), method_(method), measures_(measures), out_(out) {}

  /// Reads a row; whether it is a European option without cash dividends, which the formula takes side by side.
  bool is_plain_european(std::size_t row) {
    return !read(row) && option_.exercise == Exercise::european && option_.dividends.empty();
  }

  /// Reads a row; the option, if the kernels can find its exercise boundary side by side with others.
  const VanillaCase* with_one_boundary(std::size_t row) {
    return !read(row) && needs_one_boundary(option_) ? &option_ : nullptr;
  }

  /// Reads a row; the option, if the kernels can roll its lattice back side by side with others.
  const VanillaCase* on_lattice(std::size_t row, const Binomial& settings) {
    return !read(row) && option_.dividends.empty() && has_binomial_lattice(option_, settings) ? &option_ : nullptr;
  }

  void price(std::size_t row) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::optional<ErrorCode> flaw = read(row);
    std::optional<PricedGreeks> priced;
    if (!flaw) priced = price_vanilla(option_, method_, measures_, workspace_);
    if (priced && !is_finite(*priced)) {
      priced.reset();
      flaw = ErrorCode::invalid_value;
    }
    out_.status[row] = priced ? row_is_valued : row_status(flaw.value_or(ErrorCode::unsupported));
    const PricedGreeks result = priced.value_or(PricedGreeks{none, {none, none, none, none, none}});
    out_.price[row] = result.price;
    if (!out_.error_estimate.empty()) out_.error_estimate[row] = priced ? error_estimate() : none;
    if (measures_ == Measures::price_only) return;
    out_.delta[row] = result.greeks.delta;
    out_.gamma[row] = result.greeks.gamma;
    out_.vega[row] = result.greeks.vega;
    out_.theta[row] = result.greeks.theta;
    out_.rho[row] = result.greeks.rho;
  }

 private:
  double error_estimate() {
    const auto* const integral = std::get_if<IntegralEquation>(&method_);
    if (integral == nullptr) return std::numeric_limits<double>::quiet_NaN();
    return integral_equation_bounded(option_, *integral, workspace_.integral).error;
  }

  static bool is_amount(double value) noexcept { return value >= 0.0 && std::isfinite(value); }

  std::optional<ErrorCode> read(std::size_t row) {
    const BlackScholes<double> model{in_.spot[row], in_.rate[row], in_.dividend_yield[row], in_.volatility[row]};
    if (in_.type[row] > 1 || in_.exercise[row] > 1) return ErrorCode::invalid_value;
    if (!is_amount(model.spot) || !is_amount(in_.strike[row]) || !is_amount(model.volatility) ||
        !std::isfinite(model.rate) || !std::isfinite(model.dividend_yield))
      return ErrorCode::invalid_value;
    if (in_.years[row] < 0.0) return ErrorCode::expired_product;
    if (!is_amount(in_.years[row])) return ErrorCode::invalid_value;
    option_ = {in_.type[row] == 0 ? OptionType::call : OptionType::put,
               in_.exercise[row] == 0 ? Exercise::european : Exercise::american,
               in_.strike[row],
               in_.years[row],
               model,
               {}};
    return read_dividends(row);
  }

  std::optional<ErrorCode> read_dividends(std::size_t row) {
    dividends_.clear();
    if (in_.dividend_offsets.empty()) return std::nullopt;
    const auto end = static_cast<std::size_t>(in_.dividend_offsets[row + 1]);
    for (auto i = static_cast<std::size_t>(in_.dividend_offsets[row]); i < end; ++i) {
      const TimedDividend dividend{in_.dividend_years[i], in_.dividend_amounts[i]};
      const bool in_order = dividends_.empty() || dividends_.back().years <= dividend.years;
      if (!std::isfinite(dividend.years) || !is_amount(dividend.amount) || !in_order) return ErrorCode::invalid_value;
      dividends_.push_back(dividend);
    }
    option_.dividends = dividends_;
    return std::nullopt;
  }

  const OptionColumns& in_;
  const Method& method_;
  Measures measures_;
  const OptionResults& out_;
  VanillaCase option_;
  std::vector<TimedDividend> dividends_;
  VanillaWorkspace workspace_;
};

/// Rows that the closed formula takes side by side, gathered from wherever they stand in the table.
class FormulaRows {
 public:
  FormulaRows(const OptionColumns& in, Measures measures, const OptionResults& out) noexcept
      : in_(in), measures_(measures), out_(out) {}

  void take(std::size_t row) noexcept {
    rows_[count_] = row;
    in_columns_[0][count_] = in_.type[row] == 0 ? 1.0 : -1.0;
    const std::span<const double> columns[] = {in_.spot, in_.strike,         in_.years,
                                               in_.rate, in_.dividend_yield, in_.volatility};
    for (std::size_t c = 0; c < 6; ++c) in_columns_[c + 1][count_] = columns[c][row];
    ++count_;
  }

  void value() noexcept {
    auto& [side, spot, strike, years, rate, yield, volatility] = in_columns_;
    auto& [price, delta, gamma, vega, theta, rho] = out_columns_;
    const bool greeks = measures_ == Measures::with_greeks;
    kernels(chosen_instruction_set())
        .european_book(
            {side.data(), spot.data(), strike.data(), years.data(), rate.data(), yield.data(), volatility.data(),
             count_},
            {price.data(), greeks ? delta.data() : nullptr, gamma.data(), vega.data(), theta.data(), rho.data()});
    const std::array columns{out_.price, out_.delta, out_.gamma, out_.vega, out_.theta, out_.rho};
    const std::span<const std::span<double>> results(columns);
    for (std::size_t i = 0; i < count_; ++i) {
      double sum = 0.0;
      for (std::size_t c = 0; c < (greeks ? 6U : 1U); ++c) sum += results[c][rows_[i]] = out_columns_[c][i];
      out_.status[rows_[i]] = row_is_valued;
      if (!out_.error_estimate.empty()) out_.error_estimate[rows_[i]] = std::numeric_limits<double>::quiet_NaN();
      if (!std::isfinite(sum)) refuse(results.first(greeks ? 6U : 1U), rows_[i]);
    }
  }

 private:
  using Column = std::array<double, formula_rows_in_block>;

  void refuse(std::span<const std::span<double>> results, std::size_t row) const noexcept {
    out_.status[row] = row_status(ErrorCode::invalid_value);
    for (const std::span<double>& column : results) column[row] = std::numeric_limits<double>::quiet_NaN();
  }

  const OptionColumns& in_;
  Measures measures_;
  const OptionResults& out_;
  std::size_t count_ = 0;
  std::array<std::size_t, formula_rows_in_block> rows_{};
  std::array<Column, 7> in_columns_{};
  std::array<Column, 6> out_columns_{};
};

/// Whether rows `begin` to `end` are European options without cash dividends whose numbers all make sense, so that the
/// formula may read the columns where they are. Written without branches: it is asked of every row.
bool all_plain_european(const OptionColumns& in, std::size_t begin, std::size_t end) noexcept {
  if (!in.dividend_offsets.empty() && in.dividend_offsets[begin] != in.dividend_offsets[end]) return false;
  constexpr double largest = std::numeric_limits<double>::max();
  const auto is_amount = [](double value) { return static_cast<unsigned>(value >= 0.0 && value <= largest); };
  const auto is_number = [](double value) { return static_cast<unsigned>(std::abs(value) <= largest); };
  unsigned fine = 1;
  for (std::size_t i = begin; i < end; ++i)
    fine &= static_cast<unsigned>(in.type[i] <= 1 && in.exercise[i] == 0) & is_amount(in.spot[i]) &
            is_amount(in.strike[i]) & is_amount(in.years[i]) & is_amount(in.volatility[i]) & is_number(in.rate[i]) &
            is_number(in.dividend_yield[i]);
  return fine == 1;
}

/// Values such rows from column to column. Blocks are small enough for what a block writes to be still at hand when it
/// is looked through for numbers that have left the range of a double.
void value_in_place(const OptionColumns& in, Measures measures, const OptionResults& out, std::size_t begin,
                    std::size_t end) noexcept {
  std::array<double, formula_rows_in_block> side{};
  const std::size_t count = end - begin;
  for (std::size_t i = 0; i < count; ++i) side[i] = in.type[begin + i] == 0 ? 1.0 : -1.0;
  const auto from = [&](const std::span<const double>& column) { return column.data() + begin; };
  const bool greeks = measures == Measures::with_greeks;
  const auto to = [&](const std::span<double>& column) { return column.empty() ? nullptr : column.data() + begin; };
  kernels(chosen_instruction_set())
      .european_book(
          {side.data(), from(in.spot), from(in.strike), from(in.years), from(in.rate), from(in.dividend_yield),
           from(in.volatility), count},
          {to(out.price), greeks ? to(out.delta) : nullptr, to(out.gamma), to(out.vega), to(out.theta), to(out.rho)});
  const std::array columns{out.price, out.delta, out.gamma, out.vega, out.theta, out.rho};
  const std::span<const std::span<double>> results(columns.data(), greeks ? columns.size() : 1);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t row = begin; row < end; ++row) {
    double sum = 0.0;
    for (const std::span<double>& column : results) sum += column[row];
    const bool is_valued = std::isfinite(sum);
    out.status[row] = is_valued ? row_is_valued : row_status(ErrorCode::invalid_value);
    if (!out.error_estimate.empty()) out.error_estimate[row] = none;
    if (is_valued) continue;
    for (const std::span<double>& column : results) column[row] = none;
  }
}

void value_by_formula(const OptionColumns& options, const Method& method, Measures measures, int threads,
                      const OptionResults& results) {
  parallel_blocks(options.spot.size(), formula_rows_in_block, threads, [&](std::size_t begin, std::size_t end) {
    if (all_plain_european(options, begin, end)) {
      value_in_place(options, measures, results, begin, end);
      return;
    }
    RowPricer others(options, method, measures, results);
    FormulaRows rows(options, measures, results);
    for (std::size_t row = begin; row < end; ++row) {
      if (others.is_plain_european(row))
        rows.take(row);
      else
        others.price(row);
    }
    rows.value();
  });
}

void price_by_boundaries(const OptionColumns& options, const IntegralEquation& method, int threads,
                         const OptionResults& results) {
  const BoundaryTables tables(method);
  const Method any_method = method;
  parallel_blocks(options.spot.size(), AmericanRows::capacity, threads, [&](std::size_t begin, std::size_t end) {
    RowPricer others(options, any_method, Measures::price_only, results);
    AmericanRows rows(tables);
    for (std::size_t row = begin; row < end; ++row) {
      if (const VanillaCase* const option = others.with_one_boundary(row))
        rows.take(row, *option);
      else
        others.price(row);
    }
    rows.value(
        [&](std::size_t row, double price) {
          results.price[row] = price;
          results.status[row] = row_is_valued;
        },
        [&](std::size_t row) { others.price(row); });
  });
}

void price_by_lattices(const OptionColumns& options, const Binomial& method, int threads,
                       const OptionResults& results) {
  const Method any_method = method;
  parallel_blocks(options.spot.size(), LatticeRows::capacity, threads, [&](std::size_t begin, std::size_t end) {
    RowPricer others(options, any_method, Measures::price_only, results);
    LatticeRows rows(method);
    for (std::size_t row = begin; row < end; ++row) {
      if (const VanillaCase* const option = others.on_lattice(row, method))
        rows.take(row, *option);
      else
        others.price(row);
    }
    rows.value(
        [&](std::size_t row, double price) {
          results.price[row] = price;
          results.status[row] = row_is_valued;
        },
        [&](std::size_t row) { others.price(row); });
  });
}

}  // namespace

std::optional<Error> value_options(const OptionColumns& options, const Method& method, Measures measures, int threads,
                                   const OptionResults& results) {
  if (auto flaw = find_flaw(method)) return flaw;
  if (auto flaw = find_length_flaw(options, measures, results)) return flaw;
  if (auto flaw = find_dividend_flaw(options)) return flaw;
  if (std::holds_alternative<ClosedForm>(method)) {
    value_by_formula(options, method, measures, threads, results);
    return std::nullopt;
  }
  const auto* const integral = std::get_if<IntegralEquation>(&method);
  if (integral != nullptr && measures == Measures::price_only && results.error_estimate.empty()) {
    price_by_boundaries(options, *integral, threads, results);
    return std::nullopt;
  }
  const auto* const lattice = std::get_if<Binomial>(&method);
  if (lattice != nullptr && lattice->moves == BinomialMoves::cox_ross_rubinstein && measures == Measures::price_only &&
      results.error_estimate.empty()) {
    price_by_lattices(options, *lattice, threads, results);
    return std::nullopt;
  }
  parallel_blocks(options.spot.size(), rows_in_block, threads, [&](std::size_t begin, std::size_t end) {
    RowPricer pricer(options, method, measures, results);
    for (std::size_t row = begin; row < end; ++row) pricer.price(row);
  });
  return std::nullopt;
}

}  // namespace plimsoll
