#include "plimsoll/numerics/alternating_directions.hpp"

#include "plimsoll/real/batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

constexpr std::size_t lanes = 8;
using Lines = Batch<lanes>;

/// Eight lines side by side: entry i of line k is at first[k] + i * stride; lanes beyond the last line repeat it.
struct Bundle {
  std::array<std::size_t, lanes> first{};
  std::size_t count = 0;
  std::size_t stride = 1;

  [[nodiscard]] Lines load(const std::vector<double>& from, std::size_t i) const noexcept {
    return load(std::span<const double>(from), i);
  }
  [[nodiscard]] Lines load(std::span<const double> from, std::size_t i) const noexcept {
    std::array<double, lanes> numbers{};
    for (std::size_t k = 0; k < lanes; ++k) numbers[k] = from[first[k] + i * stride];
    return Lines::load(numbers.data());
  }
  void store(const Lines& lines, std::span<double> to, std::size_t i) const noexcept {
    for (std::size_t k = 0; k < count; ++k) to[first[k] + i * stride] = lines[k];
  }
};

std::optional<Error> flaw_of_size(const char* field, const std::vector<double>& list, std::size_t wanted) {
  if (list.size() == wanted) return std::nullopt;
  return Error{ErrorCode::invalid_value, field, std::to_string(list.size()) + " coefficients", std::to_string(wanted),
               "give one coefficient for each point of the grid"};
}

}  // namespace

std::optional<Error> find_flaw(const SplitOperator& split) {
  if (split.rows < 2 || split.columns < 2)
    return Error{ErrorCode::invalid_value, "rows", std::to_string(split.rows) + " by " + std::to_string(split.columns),
                 "at least two rows and columns", "use a finer grid"};
  const std::size_t points = split.rows * split.columns;
  for (const auto& [field, list] : {std::pair{"along_rows.lower", &split.along_rows.lower},
                                    {"along_rows.diagonal", &split.along_rows.diagonal},
                                    {"along_rows.upper", &split.along_rows.upper},
                                    {"along_columns.lower", &split.along_columns.lower},
                                    {"along_columns.diagonal", &split.along_columns.diagonal},
                                    {"along_columns.upper", &split.along_columns.upper},
                                    {"mixed", &split.mixed}})
    if (auto flaw = flaw_of_size(field, *list, points)) return flaw;
  return std::nullopt;
}

Result<AlternatingDirections> AlternatingDirections::of(SplitOperator split, const Settings& settings) {
  if (auto flaw = find_flaw(split)) return *flaw;
  if (!(settings.step > 0.0) || std::isinf(settings.step))
    return Error{ErrorCode::invalid_value, "step", text_of(settings.step), "above zero, finite", "give a step of time"};
  if (!(settings.theta > 0.0 && settings.theta <= 1.0))
    return Error{ErrorCode::invalid_value, "theta", text_of(settings.theta), "above 0, at most 1", "take 1/2 or 1/3"};
  return AlternatingDirections(std::move(split), settings);
}

AlternatingDirections::AlternatingDirections(SplitOperator split, const Settings& settings)
    : split_(std::move(split)),
      settings_(settings),
      rows_(eliminated(Direction::rows)),
      columns_(eliminated(Direction::columns)),
      explicit_(split_.rows * split_.columns),
      stage_(explicit_.size()) {}

std::size_t AlternatingDirections::stride(Direction direction) const noexcept {
  return direction == Direction::rows ? 1 : split_.columns;
}

const LineStencil& AlternatingDirections::stencil(Direction direction) const noexcept {
  return direction == Direction::rows ? split_.along_rows : split_.along_columns;
}

AlternatingDirections::Eliminated AlternatingDirections::eliminated(Direction direction) const {
  const LineStencil& a = stencil(direction);
  const double weight = settings_.theta * settings_.step;
  const std::size_t points = split_.rows * split_.columns;
  const std::size_t apart = stride(direction);
  const std::size_t length = direction == Direction::rows ? split_.columns : split_.rows;
  Eliminated e{std::vector<double>(points), std::vector<double>(points), std::vector<double>(points)};
  for (std::size_t p = 0; p < points; ++p) {
    const std::size_t place = direction == Direction::rows ? p % split_.columns : p / split_.columns;
    e.lower[p] = place == 0 ? 0.0 : -weight * a.lower[p];
    const double carry = place == 0 ? 0.0 : e.lower[p] * e.upper_over_pivot[p - apart];
    e.inverse_pivot[p] = 1.0 / (1.0 - weight * a.diagonal[p] - carry);
    e.upper_over_pivot[p] = place + 1 == length ? 0.0 : -weight * a.upper[p] * e.inverse_pivot[p];
  }
  return e;
}

void AlternatingDirections::add_line_terms(Direction direction, std::span<const double> u, double weight,
                                           std::span<double> sum) const noexcept {
  const LineStencil& a = stencil(direction);
  const std::size_t apart = stride(direction);
  const std::size_t length = direction == Direction::rows ? split_.columns : split_.rows;
  for (std::size_t p = 0; p < u.size(); ++p) {
    const std::size_t place = direction == Direction::rows ? p % split_.columns : p / split_.columns;
    double term = a.diagonal[p] * u[p];
    if (place > 0) term += a.lower[p] * u[p - apart];
    if (place + 1 < length) term += a.upper[p] * u[p + apart];
    sum[p] += weight * term;
  }
}

void AlternatingDirections::add_mixed_term(std::span<const double> u, double weight,
                                           std::span<double> sum) const noexcept {
  const std::size_t m = split_.columns;
  for (std::size_t i = 1; i + 1 < split_.rows; ++i)
    for (std::size_t p = i * m + 1; p + 1 < (i + 1) * m; ++p)
      sum[p] += weight * split_.mixed[p] * (u[p + m + 1] - u[p + m - 1] - u[p - m + 1] + u[p - m - 1]);
}

void AlternatingDirections::add_all_terms(std::span<const double> u, double weight,
                                          std::span<double> sum) const noexcept {
  add_mixed_term(u, weight, sum);
  add_line_terms(Direction::rows, u, weight, sum);
  add_line_terms(Direction::columns, u, weight, sum);
}

void AlternatingDirections::solve(Direction direction, std::span<double> right) const noexcept {
  const bool is_row = direction == Direction::rows;
  const Eliminated& e = is_row ? rows_ : columns_;
  const std::size_t lines = is_row ? split_.rows : split_.columns;
  const std::size_t length = is_row ? split_.columns : split_.rows;
  for (std::size_t line = 0; line < lines; line += lanes) {
    Bundle bundle{{}, std::min(lanes, lines - line), stride(direction)};
    for (std::size_t k = 0; k < lanes; ++k)
      bundle.first[k] = std::min(line + k, lines - 1) * (is_row ? split_.columns : 1);
    Lines before{0.0};
    for (std::size_t i = 0; i < length; ++i) {
      before = (bundle.load(right, i) - bundle.load(e.lower, i) * before) * bundle.load(e.inverse_pivot, i);
      bundle.store(before, right, i);
    }
    for (std::size_t i = length - 1; i-- > 0;) {
      before = bundle.load(right, i) - bundle.load(e.upper_over_pivot, i) * before;
      bundle.store(before, right, i);
    }
  }
}

/// (I - theta dt A_j) Y_j = Y_{j-1} - theta dt A_j reference, one direction after the other.
void AlternatingDirections::correct(std::span<const double> reference, std::span<double> stage) const noexcept {
  const double weight = settings_.theta * settings_.step;
  for (const Direction direction : {Direction::rows, Direction::columns}) {
    add_line_terms(direction, reference, -weight, stage);
    solve(direction, stage);
  }
}

void AlternatingDirections::advance(std::span<double> values) {
  const double dt = settings_.step;
  std::ranges::copy(values, explicit_.begin());
  add_all_terms(values, dt, explicit_);
  stage_ = explicit_;
  correct(values, stage_);
  if (settings_.scheme != AlternatingScheme::douglas) {
    // The second explicit stage takes the first one's result in, less the values that it started from.
    const std::vector<double> first = stage_;
    const auto add_difference = [&](auto add, double weight) {
      add(first, weight, explicit_);
      add(values, -weight, explicit_);
    };
    const auto mixed = [this](auto u, double weight, std::vector<double>& sum) { add_mixed_term(u, weight, sum); };
    const auto all = [this](auto u, double weight, std::vector<double>& sum) { add_all_terms(u, weight, sum); };
    if (settings_.scheme == AlternatingScheme::craig_sneyd) add_difference(mixed, 0.5 * dt);
    if (settings_.scheme == AlternatingScheme::modified_craig_sneyd) {
      add_difference(mixed, settings_.theta * dt);
      add_difference(all, (0.5 - settings_.theta) * dt);
    }
    if (settings_.scheme == AlternatingScheme::hundsdorfer_verwer) add_difference(all, 0.5 * dt);
    stage_ = explicit_;
    if (settings_.scheme == AlternatingScheme::hundsdorfer_verwer) {
      correct(first, stage_);
    } else {
      correct(values, stage_);
    }
  }
  std::ranges::copy(stage_, values.begin());
}

}  // namespace plimsoll
