#include "plimsoll/market/correlations.hpp"
#include "plimsoll/market/snapshot.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const Date day{20000};

UnderlyingMarket quote(std::string name) {
  return {std::move(name),
          100.0,
          PriceBasis::raw,
          *Curve::flat(0.02),
          Status::observed,
          *Curve::flat(0.0),
          Status::observed,
          {},
          *VolatilitySurface::flat(0.2),
          Status::observed};
}

/// No three returns are so correlated: A with B and C, but B against C.
std::vector<Correlation> impossible() { return {{"A", "B", 0.9}, {"C", "A", 0.9}, {"B", "C", -0.9}}; }

Error refusal_of(std::vector<Correlation> pairs) { return Correlations::make(std::move(pairs)).error(); }

TEST(Correlations, finds_a_pair_by_its_names_in_either_order) {
  const auto known = *Correlations::make({{"C", "A", -0.25, Status::assumed}, {"A", "B", 0.5}});
  EXPECT_EQ(known.find("A", "C"), (Correlation{"A", "C", -0.25, Status::assumed}));
  EXPECT_EQ(known.find("C", "A"), known.find("A", "C"));
  EXPECT_FALSE(known.find("B", "C"));
  EXPECT_EQ(known, *Correlations::make({{"B", "A", 0.5}, {"A", "C", -0.25, Status::assumed}}));
}

TEST(Correlations, makes_the_matrix_in_the_order_of_the_names) {
  const auto known = *Correlations::make({{"A", "B", 0.5}, {"A", "C", -0.25}, {"B", "C", 0.1}});
  const std::vector<std::string> names{"C", "A", "B"};
  const Matrix matrix = *known.matrix(names);
  EXPECT_EQ(matrix(0, 0), 1.0);
  EXPECT_EQ(matrix(0, 1), -0.25);
  EXPECT_EQ(matrix(2, 0), 0.1);
  EXPECT_EQ(matrix(1, 2), 0.5);
}

TEST(Correlations, a_pair_that_is_not_known_is_a_missing_quote_of_both) {
  const auto known = *Correlations::make({{"A", "B", 0.5}, {"A", "C", -0.25}});
  const std::vector<std::string> names{"A", "C", "B"};
  EXPECT_EQ(known.matrix(names).error(),
            (Error{ErrorCode::missing_quote, "correlations", "C, B", "the correlation of each pair of A, C, B",
                   "add the correlation of C and B to the snapshot"}));
}

TEST(Correlations, refuses_pairs_that_make_no_sense) {
  EXPECT_EQ(refusal_of({{"A", "", 0.5}}),
            (Error{ErrorCode::missing_field, "correlations[A, ]", "", "two names", "name both underlyings"}));
  EXPECT_EQ(refusal_of({{"A", "A", 1.0}}),
            (Error{ErrorCode::invalid_value, "correlations[A, A]", "A", "two underlyings",
                   "remove the correlation of an underlying with itself, which is one"}));
  for (const double value : {1.0000001, -1.5, std::numeric_limits<double>::quiet_NaN(), HUGE_VAL})
    EXPECT_EQ(refusal_of({{"A", "B", value}}),
              (Error{ErrorCode::invalid_value, "correlations[A, B].value", text_of(value), "a number from -1 to 1",
                     "give the correlation of the two log returns"}));
  EXPECT_EQ(refusal_of({{"A", "B", 0.5}, {"B", "A", 0.25}}),
            (Error{ErrorCode::invalid_value, "correlations[A, B]", "0.5 and 0.25", "each pair once, in either order",
                   "remove one of the two"}));
}

// The smallest eigenvalue of a matrix of three whose entries off the diagonal are c, c and -c is 1 - 2 c.
TEST(Correlations, refuses_what_no_returns_can_have_and_points_to_the_repair) {
  const Error flaw = refusal_of(impossible());
  EXPECT_EQ(flaw.code, ErrorCode::invalid_value);
  EXPECT_EQ(flaw.field, "correlations");
  EXPECT_EQ(flaw.value.substr(0, 20), "smallest eigenvalue ") << flaw.value;
  EXPECT_NEAR(std::stod(flaw.value.substr(20)), -0.8, 1e-13) << flaw.value;
  EXPECT_EQ(flaw.value.substr(flaw.value.size() - 11), " of A, B, C") << flaw.value;
  EXPECT_EQ(flaw.allowed, "correlations that returns can have together: no eigenvalue below zero");
  EXPECT_EQ(flaw.fix,
            "correct them, or ask for their repair to the nearest correlation matrix (Higham), which reports the "
            "distance");
}

TEST(Correlations, judges_a_set_with_a_missing_pair_when_its_matrix_is_asked_for) {
  auto pairs = impossible();
  pairs.push_back({"C", "D", 0.0});
  const auto known = Correlations::make(pairs);
  ASSERT_TRUE(known);
  const std::vector<std::string> names{"A", "B", "C"};
  EXPECT_EQ(known->matrix(names).error().field, "correlations");
  EXPECT_EQ(known->matrix(names).error().code, ErrorCode::invalid_value);
  EXPECT_TRUE(nearest_correlations(pairs)->repairs.empty());
}

TEST(Correlations, a_repair_moves_what_is_impossible_alone_and_says_how_far) {
  auto pairs = impossible();
  pairs.push_back({"X", "Y", 0.75});
  const auto repaired = *nearest_correlations(pairs);
  ASSERT_EQ(repaired.repairs.size(), 1U);
  const CorrelationRepair& report = repaired.repairs.front();
  EXPECT_EQ(report.underlyings, (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_NEAR(report.smallest_eigenvalue, -0.8, 1e-13);
  // Of one size by symmetry, and on the edge of what is possible, 1 - 2 c = 0: the algorithm settles to 1e-13.
  EXPECT_NEAR(report.largest_change, 0.4, 1e-11);
  EXPECT_NEAR(report.distance, 0.4 * std::sqrt(6.0), 1e-11);
  const auto known = Correlations::make(repaired.pairs);
  ASSERT_TRUE(known);
  EXPECT_NEAR(known->find("B", "C")->value, -0.5, 1e-11);
  EXPECT_EQ(known->find("B", "C")->status, Status::assumed);
  EXPECT_EQ(known->find("X", "Y"), (Correlation{"X", "Y", 0.75}));
}

TEST(Correlations, a_repair_refuses_what_no_repair_mends) {
  EXPECT_EQ(nearest_correlations({{"A", "B", 2.0}}).error().field, "correlations[A, B].value");
}

TEST(SnapshotWithCorrelations, keeps_them_and_counts_them_in_its_digest) {
  const std::vector<UnderlyingMarket> quotes{quote("A"), quote("B")};
  const Snapshot plain = *Snapshot::make(day, quotes);
  const Snapshot tied = *Snapshot::make(day, quotes, {{"B", "A", 0.5}});
  EXPECT_EQ(tied.correlations().find("A", "B")->value, 0.5);
  EXPECT_NE(plain.digest(), tied.digest());
  EXPECT_EQ(tied.digest(), Snapshot::make(day, quotes, {{"A", "B", 0.5}})->digest());
  EXPECT_NE(tied.digest(), Snapshot::make(day, quotes, {{"A", "B", 0.25}})->digest());
  UnderlyingMarket moved = quote("A");
  moved.spot = 90.0;
  EXPECT_EQ(tied.with(moved)->correlations(), tied.correlations());
}

// The digest of version 0.1.0 before snapshots had correlations and quoted futures: runs that name it can be replayed.
TEST(SnapshotWithCorrelations, one_without_any_has_the_digest_that_it_always_had) {
  EXPECT_EQ(Snapshot::make(day, {quote("B"), quote("A")})->digest(),
            "7059b4523fcc18e401005ff3861de89d6ea7cfd1c5953921bde3f32aa55c8357");
}

TEST(SnapshotWithCorrelations, refuses_an_underlying_that_it_lacks) {
  EXPECT_EQ(Snapshot::make(day, {quote("A"), quote("B")}, {{"A", "Z", 0.5}}).error(),
            (Error{ErrorCode::invalid_value, "correlations[A, Z]", "Z", "one of: A, B",
                   "add the underlying to the snapshot, or remove the correlation"}));
  EXPECT_EQ(Snapshot::make(day, {quote("A"), quote("B"), quote("C")}, impossible()).error().field, "correlations");
}

}  // namespace
}  // namespace plimsoll
