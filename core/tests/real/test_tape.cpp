#include "plimsoll/real/tape.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

std::uint32_t record_product(Tape<double>& tape, std::uint32_t a, double b_value, std::uint32_t b, double a_value) {
  const std::uint32_t first = tape.begin_statement(2);
  tape.add_operand(a, b_value);
  tape.add_operand(b, a_value);
  return tape.end_statement(first);
}

TEST(Tape, carries_the_adjoint_of_a_product_to_its_leaves) {
  Tape<double> tape;
  const auto a = tape.add_leaf();
  const auto b = tape.add_leaf();
  const auto mark = tape.mark();
  const auto product = record_product(tape, a, 5.0, b, 3.0);
  tape.add_adjoint(product, 1.0);
  tape.sweep(mark);
  EXPECT_EQ(tape.adjoint(a), 5.0);
  EXPECT_EQ(tape.adjoint(b), 3.0);
  EXPECT_EQ(tape.adjoint(product), 0.0) << "what a sweep reads it clears";
}

TEST(Tape, adds_up_the_adjoints_of_several_sweeps) {
  Tape<double> tape;
  const auto a = tape.add_leaf();
  const auto mark = tape.mark();
  for (int path = 0; path < 3; ++path) {
    tape.rewind(mark);
    const auto first = tape.begin_statement(1);
    tape.add_operand(a, UnitWeight{});
    tape.add_adjoint(tape.end_statement(first), 2.0);
    tape.sweep(mark);
  }
  EXPECT_EQ(tape.adjoint(a), 6.0);
  tape.clear_adjoints();
  EXPECT_EQ(tape.adjoint(a), 0.0);
}

TEST(Tape, sweeps_a_preamble_once_after_all_paths) {
  Tape<double> tape;
  const auto a = tape.add_leaf();
  const auto first = tape.begin_statement(1);
  tape.add_operand(a, 4.0);
  const auto preamble = tape.end_statement(first);
  const auto mark = tape.mark();
  for (int path = 0; path < 2; ++path) {
    tape.rewind(mark);
    const auto entry = tape.begin_statement(1);
    tape.add_operand(preamble, 10.0);
    tape.add_adjoint(tape.end_statement(entry), 1.0);
    tape.sweep(mark);
  }
  tape.rewind(mark);
  EXPECT_EQ(tape.adjoint(preamble), 20.0);
  tape.sweep({});
  EXPECT_EQ(tape.adjoint(a), 80.0) << "a leaf keeps its adjoint";
}

TEST(Tape, gives_a_slot_used_again_after_a_rewind_a_clean_adjoint) {
  Tape<double> tape;
  const auto mark = tape.mark();
  const auto leaf = tape.add_leaf();
  tape.add_adjoint(leaf, 9.0);
  tape.rewind(mark);
  EXPECT_EQ(tape.adjoint(tape.add_leaf()), 0.0);
}

TEST(Tape, works_over_many_blocks) {
  Tape<double> tape;
  const auto leaf = tape.add_leaf();
  const auto mark = tape.mark();
  auto last = leaf;
  for (int i = 0; i < 10000; ++i) {
    const auto first = tape.begin_statement(1);
    tape.add_operand(last, 1.0);
    last = tape.end_statement(first);
  }
  tape.add_adjoint(last, 1.0);
  tape.sweep(mark);
  EXPECT_EQ(tape.adjoint(leaf), 1.0);
}

TEST(Tape, gives_what_was_read_between_two_leaves_back_to_both) {
  Tape<double> tape;
  const auto x = tape.add_leaf();
  const auto row = tape.add_leaf();
  for (int i = 0; i < 3; ++i) tape.add_leaf();
  const auto mark = tape.mark();
  for (int path = 0; path < 2; ++path) {
    const auto first = tape.begin_statement(2);
    tape.add_operand(x, 0.5);
    tape.add_lookup(row, 1 + path, 0.25);
    tape.add_adjoint(tape.end_statement(first), 8.0);
    tape.sweep(mark);
    tape.rewind(mark);
  }
  EXPECT_EQ(tape.take_adjoint(x), 8.0);
  EXPECT_EQ(tape.adjoint(x), 0.0);
  EXPECT_EQ(tape.adjoint(row), 0.0);
  EXPECT_EQ(tape.adjoint(row + 1), 6.0);
  EXPECT_EQ(tape.adjoint(row + 2), 2.0 + 6.0);
  EXPECT_EQ(tape.adjoint(row + 3), 2.0);
}

TEST(Tape, makes_room_for_a_statement_longer_than_what_is_free) {
  Tape<double> tape;
  const auto x = tape.add_leaf();
  while (tape.begin_statement(1) < 4095) tape.add_leaf();
  const std::size_t bytes = tape.bytes();
  const auto mark = tape.mark();
  const auto first = tape.begin_statement(3);
  EXPECT_GT(tape.bytes(), bytes);
  for (const double weight : {2.0, 3.0, 4.0}) tape.add_operand(x, weight);
  tape.add_adjoint(tape.end_statement(first), 1.0);
  tape.sweep(mark);
  EXPECT_EQ(tape.adjoint(x), 9.0);
}

TEST(Tape, knows_the_memory_that_it_holds_and_keeps_it_over_a_rewind) {
  Tape<double> tape;
  EXPECT_EQ(tape.bytes(), 0U);
  const auto start = tape.mark();
  for (int i = 0; i < 5000; ++i) tape.add_leaf();
  const std::size_t bytes = tape.bytes();
  EXPECT_GE(bytes, 5000 * (sizeof(double) + sizeof(std::uint32_t)));
  tape.rewind(start);
  for (int i = 0; i < 5000; ++i) tape.add_leaf();
  EXPECT_EQ(tape.bytes(), bytes);
}

}  // namespace
}  // namespace plimsoll
