#include "exercise_policy.hpp"

#include "plimsoll/base/parallel.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

constexpr std::size_t most_basis = 1 + 5 + 15 + 10;
constexpr std::size_t cubic = 3;     // coordinates that go up to the third degree
constexpr double dependent = 1e-12;  // share of the largest eigenvalue below which a direction is left out
constexpr std::size_t paths_per_unit = 2048;

using Basis = std::array<double, most_basis>;

/// The coefficients of least squares by the normal equations, directions that hold nothing left out.
std::vector<double> solved(const Matrix& gram, std::span<const double> moments) {
  std::vector<double> solution(moments.size(), 0.0);
  const auto eigen = symmetric_eigen(gram);
  if (!eigen) return {};
  for (std::size_t k = 0; k < solution.size() && eigen->values[k] > dependent * eigen->values[0]; ++k) {
    double share = 0.0;
    for (std::size_t i = 0; i < solution.size(); ++i) share += eigen->vectors(i, k) * moments[i];
    share /= eigen->values[k];
    for (std::size_t i = 0; i < solution.size(); ++i) solution[i] += share * eigen->vectors(i, k);
  }
  return solution;
}

/// Mean and deviation of one coordinate.
void centre_on(std::span<const double> features, std::size_t size, std::size_t f, ContinuationFit& fit) {
  const std::size_t paths = features.size() / size;
  const auto count = static_cast<double>(paths);
  double sum = 0.0;
  for (std::size_t i = f; i < features.size(); i += size) sum += features[i];
  fit.centre[f] = sum / count;
  double squares = 0.0;
  for (std::size_t i = f; i < features.size(); i += size) squares += std::pow(features[i] - fit.centre[f], 2);
  fit.width[f] = squares > 0.0 ? std::sqrt(squares / count) : 1.0;
}

}  // namespace

ExerciseFeatures::ExerciseFeatures(const BasketOption& option)
    : option_(option),
      size_(option.weights.size() == 1
                ? 1
                : std::min(most, option.weights.size() + (option.of == Aggregate::sum ? 1 : 0))) {}

std::size_t ExerciseFeatures::basis_size() const noexcept {
  const std::size_t c = std::min(size_, cubic);
  return 1 + size_ + size_ * (size_ + 1) / 2 + c * (c + 1) * (c + 2) / 6;
}

void ExerciseFeatures::fill(std::span<const double> spots, std::span<double> features) const {
  if (option_.of == Aggregate::sum || spots.size() == 1) {
    features[0] = aggregate<double>(option_, spots);
    for (std::size_t i = 1; i < size_; ++i) features[i] = option_.weights[i - 1] * spots[i - 1];
    return;
  }
  // The first ones in order, by insertion.
  const bool is_largest = option_.of == Aggregate::largest;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const double amount = option_.weights[i] * spots[i];
    std::size_t place = std::min(i, size_);
    for (; place > 0 && (is_largest ? amount > features[place - 1] : amount < features[place - 1]); --place)
      if (place < size_) features[place] = features[place - 1];
    if (place < size_) features[place] = amount;
  }
}

void ExerciseFeatures::fill_basis(std::span<const double> scaled, std::span<double> basis) const noexcept {
  std::size_t k = 0;
  basis[k++] = 1.0;
  for (std::size_t i = 0; i < size_; ++i) {
    basis[k++] = scaled[i];
    for (std::size_t j = i; j < size_; ++j) {
      basis[k++] = scaled[i] * scaled[j];
      for (std::size_t l = j; l < std::min(size_, cubic); ++l) basis[k++] = scaled[i] * scaled[j] * scaled[l];
    }
  }
}

double ExercisePolicy::going_on(std::size_t date, std::span<const double> spots) const {
  const ContinuationFit& fit = fits_[date];
  std::array<double, ExerciseFeatures::most> x{};
  features_.fill(spots, x);
  for (std::size_t f = 0; f < features_.size(); ++f) x[f] = (x[f] - fit.centre[f]) / fit.width[f];
  Basis basis{};
  features_.fill_basis(x, basis);
  double value = 0.0;
  for (std::size_t k = 0; k < fit.coefficients.size(); ++k) value += fit.coefficients[k] * basis[k];
  return value;
}

bool ExercisePolicy::exercises(std::size_t date, std::span<const double> spots, double paid) const {
  return paid > 0.0 && !fits_[date].coefficients.empty() && paid >= going_on(date, spots);
}

void ExercisePolicy::fit_date(std::size_t date, std::span<const double> features, std::span<const double> values) {
  const std::size_t n = features_.size();
  const std::size_t p = features_.basis_size();
  if (values.size() < 4 * p) return;
  ContinuationFit& fit = fits_[date];
  for (std::size_t f = 0; f < n; ++f) centre_on(features, n, f, fit);
  Matrix gram(p, p);
  std::vector<double> moments(p, 0.0);
  Basis basis{};
  std::array<double, ExerciseFeatures::most> x{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t f = 0; f < n; ++f) x[f] = (features[i * n + f] - fit.centre[f]) / fit.width[f];
    features_.fill_basis(x, basis);
    for (std::size_t a = 0; a < p; ++a) {
      moments[a] += basis[a] * values[i];
      for (std::size_t b = 0; b <= a; ++b) gram(a, b) += basis[a] * basis[b];
    }
  }
  for (std::size_t a = 0; a < p; ++a)
    for (std::size_t b = 0; b < a; ++b) gram(b, a) = gram(a, b);
  fit.coefficients = solved(gram, moments);
}

ExercisePolicy ExercisePolicy::fit(const BasketOption& option, const ExerciseDates& when, std::span<const double> spots,
                                   std::int64_t threads) {
  const std::size_t assets = option.weights.size();
  const std::size_t dates = when.dates.size();
  const std::size_t paths = spots.size() / (assets * dates);
  ExercisePolicy policy(option, dates);
  const auto on = [&](std::size_t path, std::size_t date) {
    return spots.subspan((path * dates + date) * assets, assets);
  };
  std::vector<double> values(paths);
  for (std::size_t i = 0; i < paths; ++i)
    values[i] = when.discounts[dates - 1] * payoff<double>(option, on(i, dates - 1));
  std::vector<double> paid(paths);
  for (std::size_t date = dates - 1; date-- > 0;) {
    std::vector<double> features;
    std::vector<double> followed;
    std::array<double, ExerciseFeatures::most> x{};
    for (std::size_t i = 0; i < paths; ++i) {
      paid[i] = when.discounts[date] * payoff<double>(option, on(i, date));
      if (!(paid[i] > 0.0)) continue;
      policy.features_.fill(on(i, date), x);
      features.insert(features.end(), x.begin(), x.begin() + static_cast<std::ptrdiff_t>(policy.features_.size()));
      followed.push_back(values[i]);
    }
    policy.fit_date(date, features, followed);
    parallel_blocks(paths, paths_per_unit, threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i)
        if (policy.exercises(date, on(i, date), paid[i])) values[i] = paid[i];
    });
  }
  return policy;
}

}  // namespace plimsoll
