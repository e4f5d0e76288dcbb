#include "margin/books.hpp"
#include "plimsoll/margin/pairing.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

/// Enumerates every partition of a small book into groups of the rule book. It shares no formula with the library.
class Enumerator {
 public:
  struct Item {
    char kind;  // 'C', 'P' option, 'S' a round lot of stock
    double strike;
    int month;
    double mark;
    bool american;
    int held;  // +1 or -1
    int lots;
  };

  Enumerator(std::vector<Item> items, double spot, bool initial)
      : items_(std::move(items)), u_(spot), initial_(initial) {
    int states = 1;
    for (const Item& item : items_) {
      weight_.push_back(states);
      states *= item.lots + 1;
    }
    cost_.resize(static_cast<std::size_t>(states));
    best_.assign(static_cast<std::size_t>(states), -1e300);
    for (int s = 0; s < states; ++s) cost_[static_cast<std::size_t>(s)] = group_cost(digits(s));
    best_[0] = 0.0;
    top_ = states - 1;
  }

  double cheapest() { return cheapest(top_); }

 private:
  using Counts = std::vector<int>;

  [[nodiscard]] Counts digits(int state) const {
    Counts counts;
    for (const Item& item : items_) {
      counts.push_back(state % (item.lots + 1));
      state /= item.lots + 1;
    }
    return counts;
  }

  double cheapest(int state) {
    double& known = best_[static_cast<std::size_t>(state)];
    if (known > -1e299) return known;
    const Counts have = digits(state);
    std::size_t first = 0;
    while (have[first] == 0) ++first;
    double result = std::numeric_limits<double>::infinity();
    Counts take(have.size(), 0);
    // Counts through all sub-books that use the first holding.
    for (;;) {
      std::size_t i = 0;
      while (i < take.size() && take[i] == have[i]) take[i++] = 0;
      if (i == take.size()) break;
      ++take[i];
      if (take[first] == 0) continue;
      int sub = 0;
      for (std::size_t j = 0; j < take.size(); ++j) sub += take[j] * weight_[j];
      const double alone = cost_[static_cast<std::size_t>(sub)];
      if (alone < 1e299) result = std::min(result, alone + cheapest(state - sub));
    }
    return best_[static_cast<std::size_t>(state)] = result;
  }

  [[nodiscard]] double otm(const Item& i) const { return std::max(0.0, i.kind == 'C' ? i.strike - u_ : u_ - i.strike); }
  [[nodiscard]] double itm(const Item& i) const { return std::max(0.0, i.kind == 'C' ? u_ - i.strike : i.strike - u_); }
  [[nodiscard]] double bare(const Item& i) const {
    const double least = 0.1 * (i.kind == 'C' ? u_ : i.strike);
    return 100 * (i.mark + std::max(0.2 * u_ - otm(i), least));
  }
  [[nodiscard]] double long_stock(double price) const { return 100 * (initial_ ? 0.5 : 0.25) * price; }
  [[nodiscard]] double short_stock() const {
    const double upkeep = u_ < 5 ? std::max(2.5, u_) : std::max(5.0, 0.3 * u_);
    return 100 * (initial_ ? std::max(0.5 * u_, upkeep) : upkeep);
  }

  [[nodiscard]] double group_cost(const Counts& n) const {
    std::vector<const Item*> one;  // the members when none is held twice
    int most = 0;
    bool stock = false;
    for (std::size_t i = 0; i < n.size(); ++i) {
      most = std::max(most, n[i]);
      if (n[i] == 0) continue;
      one.push_back(&items_[i]);
      stock = stock || items_[i].kind == 'S';
    }
    double cheapest_way = std::numeric_limits<double>::infinity();
    if (most == 1) cheapest_way = small_group(one);
    if (!stock && !one.empty()) cheapest_way = std::min(cheapest_way, spread(n));
    return cheapest_way;
  }

  [[nodiscard]] double small_group(const std::vector<const Item*>& g) const {
    const Item* stock = nullptr;
    const Item* bought = nullptr;
    const Item* sold = nullptr;
    const Item* sold_too = nullptr;
    const Item* other_stock = nullptr;
    for (const Item* i : g) {
      if (i->kind == 'S')
        (stock == nullptr ? stock : other_stock) = i;
      else if (i->held > 0)
        bought = i;
      else
        (sold == nullptr ? sold : sold_too) = i;
    }
    const auto members = static_cast<std::size_t>((stock != nullptr) + (bought != nullptr) + (sold != nullptr) +
                                                  (sold_too != nullptr) + (other_stock != nullptr));
    if (members != g.size()) return 1e300;
    if (other_stock != nullptr) return g.size() == 2 ? 5 * u_ : 1e300;
    if (stock == nullptr) return without_stock(bought, sold, sold_too);
    if (sold_too != nullptr) return 1e300;
    return stock->held > 0 ? on_long_stock(bought, sold) : on_short_stock(bought, sold);
  }

  [[nodiscard]] double without_stock(const Item* bought, const Item* sold, const Item* sold_too) const {
    if (bought != nullptr) {
      if (sold != nullptr) return 1e300;
      return bought->month > 9 ? -25 * bought->mark : 0.0;
    }
    if (sold == nullptr) return 1e300;
    if (sold_too == nullptr) return bare(*sold);
    if (sold->kind == sold_too->kind) return 1e300;
    const double a = bare(*sold);
    const double b = bare(*sold_too);
    const double by_a = a + 100 * sold_too->mark;
    const double by_b = b + 100 * sold->mark;
    if (std::fabs(a - b) < 1e-9) return std::max(by_a, by_b);
    return a > b ? by_a : by_b;
  }

  [[nodiscard]] double on_long_stock(const Item* bought, const Item* sold) const {
    if ((bought != nullptr && bought->kind != 'P') || (sold != nullptr && sold->kind != 'C')) return 1e300;
    if (bought == nullptr && sold == nullptr) return long_stock(u_);
    if (bought == nullptr)
      return (initial_ ? long_stock(u_) : long_stock(std::min(u_, sold->strike))) + 100 * itm(*sold);
    const double guard = 10 * bought->strike + 100 * otm(*bought);
    if (sold == nullptr) return initial_ ? long_stock(u_) : std::min(guard, long_stock(u_));
    if (bought->month != sold->month || bought->strike > sold->strike) return 1e300;
    if (initial_) return long_stock(u_) + 100 * itm(*sold);
    if (bought->strike == sold->strike) return 10 * bought->strike + 100 * itm(*sold);
    return std::min(guard, long_stock(sold->strike)) + 100 * itm(*sold);
  }

  [[nodiscard]] double on_short_stock(const Item* bought, const Item* sold) const {
    if ((bought != nullptr && bought->kind != 'C') || (sold != nullptr && sold->kind != 'P')) return 1e300;
    if (bought == nullptr && sold == nullptr) return short_stock();
    if (bought == nullptr) return short_stock() + 100 * itm(*sold);
    if (sold == nullptr)
      return initial_ ? short_stock() : std::min(10 * bought->strike + 100 * otm(*bought), short_stock());
    if (bought->month != sold->month || bought->strike != sold->strike) return 1e300;
    if (initial_) return short_stock() + 100 * itm(*sold);
    return 110 * sold->strike - 100 * u_;
  }

  [[nodiscard]] double spread(const Counts& n) const {
    int calls = 0, puts = 0, last_sold = -1, first_bought = 1000, americans = 0, members = 0;
    for (std::size_t i = 0; i < n.size(); ++i) {
      if (n[i] == 0) continue;
      const Item& item = items_[i];
      (item.kind == 'C' ? calls : puts) += item.held * n[i];
      if (item.held < 0) last_sold = std::max(last_sold, item.month);
      if (item.held > 0) first_bought = std::min(first_bought, item.month);
      americans += item.american ? 1 : 0;
      ++members;
    }
    if (calls != 0 || puts != 0 || last_sold > first_bought || (americans != 0 && americans != members)) return 1e300;
    double worst = 0.0;
    for (double s = 0.0; s <= 200.0; s += 5.0) {  // all strikes are multiples of five below 200
      double pay = 0.0;
      for (std::size_t i = 0; i < n.size(); ++i) {
        const Item& item = items_[i];
        const double intrinsic = item.kind == 'C' ? s - item.strike : item.strike - s;
        if (intrinsic > 0) pay += item.held * n[i] * intrinsic;
      }
      worst = std::min(worst, pay);
    }
    return -100 * worst;
  }

  std::vector<Item> items_;
  double u_;
  bool initial_;
  std::vector<int> weight_;
  std::vector<double> cost_;
  std::vector<double> best_;
  int top_ = 0;
};

Date month_to_date(int month) {
  if (month == 1) return books::near_expiry();
  return month == 2 ? books::next_expiry() : books::far_expiry();
}

struct RandomBook {
  std::vector<Enumerator::Item> items;
  books::Writer writer;
  double spot = 0.0;
};

RandomBook draw(std::mt19937& random, int most_legs, int most_lots) {
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  RandomBook book;
  book.spot = 60 + 0.25 * pick(0, 320);
  const bool one_style = pick(0, 3) > 0;
  for (int legs = pick(1, most_legs); legs > 0; --legs) {
    const bool call = pick(0, 1) == 1;
    const double strike = 5 * pick(14, 26);
    const int month = std::vector<int>{1, 1, 1, 2, 16}[static_cast<std::size_t>(pick(0, 4))];
    const bool american = one_style || pick(0, 1) == 1;
    const bool twice = std::ranges::any_of(book.items, [&](const Enumerator::Item& i) {
      return i.kind == (call ? 'C' : 'P') && i.strike == strike && i.month == month && i.american == american;
    });
    if (twice) continue;
    const double intrinsic = std::max(0.0, call ? book.spot - strike : strike - book.spot);
    const double mark = intrinsic + 0.05 * pick(0, 60) * month;
    const int held = pick(0, 1) == 1 ? 1 : -1;
    const int lots = pick(1, most_lots);
    book.items.push_back({call ? 'C' : 'P', strike, month, mark, american, held, lots});
    book.writer.option(call ? OptionType::call : OptionType::put, strike, held * lots, mark, month_to_date(month),
                       american ? Exercise::american : Exercise::european);
  }
  for (const int side : {1, -1}) {
    if (pick(0, 2) != 0) continue;
    const int lots = pick(1, most_lots);
    book.items.push_back({'S', 0, 0, 0, true, side, lots});
    book.writer.stock(100.0 * side * lots);
  }
  return book;
}

void expect_optimal(int books_drawn, int most_legs, int most_lots, unsigned seed) {
  std::mt19937 random(seed);
  std::int64_t most_nodes = 0;
  for (int i = 0; i < books_drawn; ++i) {
    const RandomBook book = draw(random, most_legs, most_lots);
    const auto result = books::run(book.writer, book.spot);
    for (const bool initial : {false, true}) {
      const PhaseResult& phase = initial ? result.initial : result.maintenance;
      const double cheapest = Enumerator(book.items, book.spot, initial).cheapest();
      // Sums of a few dozen products of numbers below 1e5.
      ASSERT_NEAR(books::optimum(phase), cheapest, 1e-7) << "book " << i << (initial ? " initial" : " maintenance");
      for (const auto& underlying : phase.pairings) {
        ASSERT_LE(underlying.pairing.certificate.gap(), 1e-5) << "book " << i;
        ASSERT_LE(underlying.pairing.certificate.relaxation, cheapest + 1e-6) << "book " << i;
        most_nodes = std::max(most_nodes, underlying.pairing.certificate.nodes);
      }
    }
  }
  ::testing::Test::RecordProperty("most_nodes", static_cast<int>(most_nodes));
}

TEST(Pairing, equals_the_cheapest_partition_of_books_of_up_to_four_legs_and_three_lots) {
  expect_optimal(2000, 4, 3, 1);
}

TEST(Pairing, equals_the_cheapest_partition_of_books_of_up_to_six_legs_and_two_lots) { expect_optimal(600, 6, 2, 2); }

TEST(Pairing, equals_the_cheapest_partition_of_many_single_lot_books) { expect_optimal(3000, 6, 1, 3); }

TEST(Pairing, hundreds_of_lots_are_paired_with_a_proof) {
  std::mt19937 random(4);
  for (int i = 0; i < 60; ++i) {
    const RandomBook book = draw(random, 12, 400);
    const auto result = books::run(book.writer, book.spot);
    for (const PhaseResult* phase : {&result.initial, &result.maintenance})
      for (const auto& underlying : phase->pairings) {
        const Certificate& certificate = underlying.pairing.certificate;
        EXPECT_LE(certificate.gap(), 0.005) << "book " << i << ", nodes " << certificate.nodes;
        EXPECT_LE(certificate.optimum, certificate.unpaired + 1e-6);
        EXPECT_LE(certificate.relaxation, certificate.bound + 1e-6);
      }
  }
}

TEST(Pairing, ratio_spread_is_a_vertical_and_an_uncovered_rest) {
  const auto result = books::run(books::Writer{}.call(50, 1, 3.0).call(55, -2, 1.0), 50);
  EXPECT_EQ(books::names(result.maintenance), (std::vector<std::string>{"debit call vertical", "uncovered call"}));
  EXPECT_NEAR(books::optimum(result.maintenance), 600.0, 1e-9);
}

TEST(Pairing, calls_and_puts_that_save_nothing_together_are_shown_apart) {
  const auto result =
      books::run(books::Writer{}.call(50, 1, 3.0).call(55, -1, 1.0).put(50, 1, 3.0).put(45, -1, 1.0), 50);
  EXPECT_EQ(books::names(result.maintenance), (std::vector<std::string>{"debit call vertical", "debit put vertical"}));
}

}  // namespace
}  // namespace plimsoll::margin
