// Invariants of section 5.5 of the margin specification: each caught a real error in some engine.
#include "margin/books.hpp"
#include "plimsoll/margin/maximum_loss.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

struct Leg {
  bool call = true;
  int strike = 100;
  int month = 1;
  int quantity = 1;
  int mark_cents = 100;  ///< of time value
};

struct Book {
  int spot_quarters = 400;
  int shares = 0;
  std::vector<Leg> legs;
};

Date expiry_of(int month) { return month == 1 ? books::near_expiry() : books::next_expiry(); }

double spot_of(const Book& book) { return 0.25 * book.spot_quarters; }

/// Marks depend on the series alone, as the marks of a market do.
double mark_of(const Leg& leg, double spot) {
  const double intrinsic = std::max(0.0, leg.call ? spot - leg.strike : leg.strike - spot);
  return intrinsic + 0.01 * (leg.strike % 7) + 0.25 * leg.month;
}

void add(books::Writer& writer, const Leg& leg, double spot) {
  writer.option(leg.call ? OptionType::call : OptionType::put, leg.strike, leg.quantity, mark_of(leg, spot),
                expiry_of(leg.month));
}

books::Writer written(const Book& book) {
  books::Writer writer;
  if (book.shares != 0) writer.stock(book.shares);
  for (const Leg& leg : book.legs) add(writer, leg, spot_of(book));
  return writer;
}

rc::Gen<Leg> any_leg() {
  return rc::gen::build<Leg>(
      rc::gen::set(&Leg::call), rc::gen::set(&Leg::strike, rc::gen::inRange(70, 131)),
      rc::gen::set(&Leg::month, rc::gen::inRange(1, 3)),
      rc::gen::set(&Leg::quantity, rc::gen::suchThat(rc::gen::inRange(-6, 7), [](int q) { return q != 0; })));
}

rc::Gen<Book> any_book() {
  return rc::gen::build<Book>(rc::gen::set(&Book::spot_quarters, rc::gen::inRange(280, 521)),
                              rc::gen::set(&Book::shares, rc::gen::inRange(-700, 701)),
                              rc::gen::set(&Book::legs, rc::gen::container<std::vector<Leg>>(any_leg())));
}

Book drawn() {
  auto book = *any_book();
  if (book.legs.size() > 8) book.legs.resize(8);
  return book;
}

/// Requirements are sums of rounded leaves; so much may two of them differ by rounding alone.
Money rounding_of(const MarginResult& a, const MarginResult& b) {
  std::size_t leaves = 0;
  for (const auto* result : {&a, &b})
    for (const Component& underlying : result->maintenance.requirement.children)
      for (const Component& group : underlying.children) leaves += group.children.size();
  return Money::from_cents(static_cast<std::int64_t>((leaves + 1) / 2));
}

RC_GTEST_PROP(MarginProperty, every_explanation_adds_up_to_the_cent, ()) {
  const Book book = drawn();
  const auto result = books::run(written(book).cash(1234.56), spot_of(book));
  for (const Component* tree : {&result.equity_tree, &result.initial.requirement, &result.maintenance.requirement,
                                &result.initial.uncounted_options, &result.maintenance.uncounted_options})
    RC_ASSERT(adds_up(*tree));
  RC_ASSERT(result.maintenance.amount == result.maintenance.requirement.amount);
  RC_ASSERT(result.equity - result.maintenance.uncounted_options.amount - result.maintenance.amount ==
            result.maintenance.excess);
}

RC_GTEST_PROP(MarginProperty, every_contract_and_share_is_in_exactly_one_group, ()) {
  const Book book = drawn();
  const auto result = books::run(written(book), spot_of(book));
  for (const auto& own : result.maintenance.pairings) {
    std::vector<std::int64_t> used(own.legs.size(), 0);
    double shares = 0.0;
    for (const Group& group : own.pairing.groups) {
      shares += group.shares;
      for (const GroupLeg& part : group.legs) used[part.leg] += part.quantity;
    }
    for (std::size_t i = 0; i < used.size(); ++i) RC_ASSERT(used[i] == own.legs[i].quantity);
    RC_ASSERT(shares == book.shares);
  }
}

RC_GTEST_PROP(MarginProperty, protective_long_never_raises_maintenance, ()) {
  const Book book = drawn();
  Leg bought = *any_leg();
  bought.quantity = std::abs(bought.quantity);
  auto more = written(book);
  const auto before = books::run(more, spot_of(book));
  add(more, bought, spot_of(book));
  const auto after = books::run(more, spot_of(book));
  RC_ASSERT(books::optimum(after.maintenance) <= books::optimum(before.maintenance) + 1e-6);
  RC_ASSERT(after.maintenance.amount <= before.maintenance.amount + rounding_of(before, after));
}

RC_GTEST_PROP(MarginProperty, order_and_lots_leave_no_trace, ()) {
  const Book book = drawn();
  Book other = book;
  std::ranges::reverse(other.legs);
  auto split = books::Writer{};
  for (const Leg& leg : other.legs)
    for (int lot = 0; lot < std::abs(leg.quantity); ++lot) {
      Leg one = leg;
      one.quantity = leg.quantity > 0 ? 1 : -1;
      add(split, one, spot_of(book));
    }
  const int third = book.shares / 3;
  if (third != 0) split.stock(third);
  if (book.shares != third) split.stock(book.shares - third);
  const auto a = books::run(written(book).cash(10), spot_of(book));
  const auto b = books::run(split.cash(10), spot_of(book));
  RC_ASSERT(a.equity_tree == b.equity_tree);
  RC_ASSERT(a.maintenance.requirement == b.maintenance.requirement);
  RC_ASSERT(a.initial.requirement == b.initial.requirement);
}

RC_GTEST_PROP(MarginProperty, k_times_the_book_costs_at_most_k_times_as_much, ()) {
  Book book = drawn();
  book.shares = book.shares / 100 * 100;  // odd lots may add up to round lots, which hedge
  const auto once = books::run(written(book), spot_of(book));
  const int k = *rc::gen::inRange(2, 6);
  book.shares *= k;
  for (Leg& leg : book.legs) leg.quantity *= k;
  const auto often = books::run(written(book), spot_of(book));
  RC_ASSERT(books::optimum(often.maintenance) <= k * books::optimum(once.maintenance) + 1e-6);
  double bound = 0.0;
  for (const auto& own : once.maintenance.pairings) bound += own.pairing.certificate.relaxation;
  RC_ASSERT(books::optimum(often.maintenance) >= k * bound - 1e-5 * k);
}

RC_GTEST_PROP(MarginProperty, uncovered_options_scale_exactly, ()) {
  Leg leg = *any_leg();
  leg.quantity = -1;
  books::Writer one;
  add(one, leg, 100);
  const int k = *rc::gen::inRange(2, 500);
  leg.quantity = -k;
  books::Writer many;
  add(many, leg, 100);
  RC_ASSERT(books::run(many, 100).maintenance.amount == k * books::run(one, 100).maintenance.amount);
}

/// Loss of a group at its worst price, by trying every whole dollar: the strikes of these books are whole dollars, and
/// beyond the last strike the payoff of a balanced group is flat.
double scanned_loss(const Group& group, const std::vector<OptionLeg>& legs) {
  double worst = 0.0;
  for (int price = 0; price <= 260; ++price) {
    double value = 0.0;
    for (const GroupLeg& part : group.legs) {
      const OptionLeg& leg = legs[part.leg];
      value += 100.0 * static_cast<double>(part.quantity) * std::max(0.0, sign(leg.type) * (price - leg.strike));
    }
    worst = std::max(worst, -value);
  }
  return worst;
}

/// Amount that the rule demands of a group, as its leaf in the explanation has it.
Money charged(const Component& group) {
  Money amount;
  for (const Component& leaf : group.children)
    if (leaf.kind == ComponentKind::requirement) amount += leaf.amount;
  return amount;
}

RC_GTEST_PROP(MarginProperty, balanced_group_is_charged_its_maximum_loss, ()) {
  const Book book = drawn();
  const auto result = books::run(written(book), spot_of(book));
  for (const PhaseResult* phase : {&result.initial, &result.maintenance})
    for (std::size_t i = 0; i < phase->pairings.size(); ++i) {
      const auto& own = phase->pairings[i];
      const auto& explained = phase->requirement.children[i].children;
      for (std::size_t g = 0; g < own.pairing.groups.size(); ++g) {
        const Group& group = own.pairing.groups[g];
        if (group.kind != GroupKind::balanced_spread) continue;
        RC_ASSERT(charged(explained[g]) >= *Money::round_half_up(scanned_loss(group, own.legs)));
      }
    }
}

// 4210(f)(2)(H) charges the lesser of the maximum loss and the uncovered requirements, so an account may be charged
// less than the maximum loss of all its options together; then it must be flagged.
RC_GTEST_PROP(MarginProperty, balanced_account_is_charged_its_maximum_loss_or_is_flagged, ()) {
  const auto pairs =
      *rc::gen::container<std::vector<std::pair<Leg, int>>>(rc::gen::pair(any_leg(), rc::gen::inRange(70, 131)));
  Book book;
  for (const auto& [leg, strike] : pairs) {
    if (book.legs.size() >= 8) break;
    Leg bought = leg;
    Leg sold = leg;
    bought.month = sold.month = 1;
    bought.quantity = std::abs(leg.quantity);
    sold.quantity = -bought.quantity;
    sold.strike = strike;
    book.legs.insert(book.legs.end(), {bought, sold});
  }
  const auto result = books::run(written(book), 100);
  std::vector<PayoffLeg> payoff;
  for (const Leg& leg : book.legs)
    payoff.push_back(
        {leg.call ? OptionType::call : OptionType::put, static_cast<double>(leg.strike), 100.0 * leg.quantity});
  const bool flagged =
      std::ranges::any_of(result.warnings, [](const Warning& w) { return w.code == "below_maximum_loss"; });
  RC_ASSERT(flagged || books::optimum(result.maintenance) >= maximum_loss(payoff).loss - 1e-6);
}

RC_GTEST_PROP(MarginProperty, certificate_bounds_what_is_charged, ()) {
  const Book book = drawn();
  const auto result = books::run(written(book), spot_of(book));
  for (const PhaseResult* phase : {&result.initial, &result.maintenance})
    for (const auto& own : phase->pairings) {
      const Certificate& c = own.pairing.certificate;
      RC_ASSERT(c.relaxation <= c.bound + 1e-6);
      RC_ASSERT(c.bound <= c.optimum);
      RC_ASSERT(c.optimum <= c.unpaired + 1e-6);
    }
}

RC_GTEST_PROP(MarginProperty, initial_is_never_below_maintenance, ()) {
  const Book book = drawn();
  const auto result = books::run(written(book), spot_of(book));
  RC_ASSERT(books::optimum(result.initial) >= books::optimum(result.maintenance) - 1e-6);
}

RC_GTEST_PROP(MarginProperty, stock_covers_a_written_call, ()) {
  Leg leg = *any_leg();
  leg.call = true;
  leg.quantity = -std::abs(leg.quantity);
  const double spot = 100;
  books::Writer bare;
  add(bare, leg, spot);
  auto covered = bare;
  covered.stock(-100.0 * leg.quantity);
  const double itm = std::max(0.0, spot - leg.strike);
  const double expected = -100.0 * leg.quantity * (0.25 * std::min(spot, double(leg.strike)) + itm);
  RC_ASSERT(books::run(covered, spot).maintenance.amount == *Money::round_half_up(expected));
}

RC_GTEST_PROP(MarginProperty, negative_prices_and_strikes_are_margined, ()) {
  auto book = drawn();
  books::Writer writer;
  if (book.shares != 0) writer.stock(book.shares);
  for (const Leg& leg : book.legs)
    writer.option(leg.call ? OptionType::call : OptionType::put, leg.strike - 100, leg.quantity, mark_of(leg, 0),
                  expiry_of(leg.month));
  const auto result = books::run(writer, spot_of(book) - 150);
  RC_ASSERT(adds_up(result.maintenance.requirement));
  RC_ASSERT(result.maintenance.pairings.empty() || result.maintenance.pairings[0].pairing.certificate.gap() < 0.005);
}

}  // namespace
}  // namespace plimsoll::margin
