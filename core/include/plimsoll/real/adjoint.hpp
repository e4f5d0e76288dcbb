#pragma once

#include "plimsoll/real/scalar.hpp"
#include "plimsoll/real/tape.hpp"

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace plimsoll {

struct ExpressionTag {};

/// A formula on adjoint numbers that is not recorded yet: it has a value, a tape and operands to record.
template <class E>
concept Expression = std::derived_from<E, ExpressionTag>;

template <class Outer, class Inner>
constexpr auto chain(const Outer& outer, const Inner& inner) noexcept {
  if constexpr (std::is_same_v<Outer, UnitWeight>) {
    return inner;
  } else if constexpr (std::is_same_v<Inner, UnitWeight>) {
    return outer;
  } else {
    return outer * inner;
  }
}

/// A formula with one operand: its result and the derivative by the operand.
template <Expression E, class Weight>
class Unary : public ExpressionTag {
 public:
  using LaneType = typename E::LaneType;
  static constexpr std::uint32_t operands = E::operands;

  Unary(const E& operand, const LaneType& value, const Weight& weight) noexcept
      : operand_(operand), value_(value), weight_(weight) {}

  const LaneType& value() const noexcept { return value_; }
  Tape<LaneType>* tape() const noexcept { return operand_.tape(); }

  template <class Outer>
  void record(Tape<LaneType>& tape, const Outer& outer) const {
    operand_.record(tape, chain(outer, weight_));
  }

 private:
  E operand_;
  LaneType value_;
  [[no_unique_address]] Weight weight_;
};

/// A formula with two operands on one tape: its result and the derivatives by the operands.
template <Expression Left, Expression Right, class LeftWeight, class RightWeight>
class Binary : public ExpressionTag {
 public:
  using LaneType = typename Left::LaneType;
  static constexpr std::uint32_t operands = Left::operands + Right::operands;
  static_assert(std::is_same_v<LaneType, typename Right::LaneType>);

  Binary(const Left& left, const Right& right, const LaneType& value, const LeftWeight& left_weight,
         const RightWeight& right_weight) noexcept
      : left_(left), right_(right), value_(value), left_weight_(left_weight), right_weight_(right_weight) {}

  const LaneType& value() const noexcept { return value_; }
  Tape<LaneType>* tape() const noexcept { return left_.tape() != nullptr ? left_.tape() : right_.tape(); }

  template <class Outer>
  void record(Tape<LaneType>& tape, const Outer& outer) const {
    left_.record(tape, chain(outer, left_weight_));
    right_.record(tape, chain(outer, right_weight_));
  }

 private:
  Left left_;
  Right right_;
  LaneType value_;
  LeftWeight left_weight_;
  RightWeight right_weight_;
};

/// A number whose derivatives are recorded on the tape that it carries; without a tape it is a constant.
/// Lane is double today; a batch of paths slots in as another lane. An assignment records one statement.
/// Limits: the numbers of one formula share one tape.
template <class Lane>
class Adjoint : public ExpressionTag {
 public:
  using LaneType = Lane;
  static constexpr std::uint32_t operands = 1;

  Adjoint() noexcept : Adjoint(0.0) {}
  // Implicit: a constant is a number.
  explicit(false) Adjoint(double constant) noexcept : value_(constant) {}

  /// The same constant or another one in each path of the lane.
  explicit Adjoint(const Lane& constant) noexcept
    requires(!std::same_as<Lane, double>)
      : value_(constant) {}

  // Implicit: giving a formula to a number is what records it.
  template <Expression E>
    requires(!std::same_as<E, Adjoint>)
  explicit(false) Adjoint(const E& formula) : value_(formula.value()), tape_(formula.tape()) {
    if (tape_ == nullptr) return;
    const std::uint32_t first_entry = tape_->begin_statement(E::operands);
    formula.record(*tape_, UnitWeight{});
    slot_ = tape_->end_statement(first_entry);
  }

  /// A new independent variable on the tape.
  static Adjoint leaf(Tape<Lane>& tape, const Lane& value) {
    Adjoint result;
    result.value_ = value;
    result.tape_ = &tape;
    result.slot_ = tape.add_leaf();
    return result;
  }

  /// The independent variable that has this slot of the tape. A number that is the same in each path need not be kept
  /// in as many lanes.
  static Adjoint leaf_at(Tape<Lane>& tape, std::uint32_t slot, const Lane& value) noexcept {
    Adjoint result;
    result.value_ = value;
    result.tape_ = &tape;
    result.slot_ = slot;
    return result;
  }

  /// What was read from a row of leaves at `x`: `value` there, and `slope` by x. In each path it lies between the leaf
  /// at `place` and the next one, the next one having the share `share`. Limits: x and the leaves are on one tape.
  static Adjoint interpolated(const Adjoint& x, const Lane& value, const Lane& slope, std::uint32_t first_leaf,
                              const typename Tape<Lane>::Index& place, const Lane& share) {
    Adjoint result;
    result.value_ = value;
    result.tape_ = x.tape_;
    const std::uint32_t first_entry = x.tape_->begin_statement(2);
    x.record(*x.tape_, slope);
    x.tape_->add_lookup(first_leaf, place, share);
    result.slot_ = x.tape_->end_statement(first_entry);
    return result;
  }

  const Lane& value() const noexcept { return value_; }
  Tape<Lane>* tape() const noexcept { return tape_; }

  /// Adjoint gathered so far: the derivative of what was swept by this number; zero for a constant.
  Lane adjoint() const noexcept { return tape_ == nullptr ? Lane{0.0} : tape_->adjoint(slot_); }

  /// Marks this number as what is to be differentiated, `seed` times.
  void add_adjoint(const Lane& seed) const noexcept {
    if (tape_ != nullptr) tape_->add_adjoint(slot_, seed);
  }

  template <class Weight>
  void record(Tape<Lane>& tape, const Weight& weight) const {
    if (tape_ != nullptr) tape.add_operand(slot_, weight);
  }

  template <class T>
  Adjoint& operator+=(const T& other) {
    return *this = *this + other;
  }
  template <class T>
  Adjoint& operator-=(const T& other) {
    return *this = *this - other;
  }
  template <class T>
  Adjoint& operator*=(const T& other) {
    return *this = *this * other;
  }
  template <class T>
  Adjoint& operator/=(const T& other) {
    return *this = *this / other;
  }

 private:
  Lane value_{0.0};
  Tape<Lane>* tape_ = nullptr;
  std::uint32_t slot_ = 0;
};

/// Adds the derivatives of `value` to the adjoints of all numbers recorded before the mark.
template <class Lane>
void sweep(Tape<Lane>& tape, const Adjoint<Lane>& value, const typename Tape<Lane>::Mark& mark) noexcept {
  value.add_adjoint(Lane{1.0});
  tape.sweep(mark);
}

}  // namespace plimsoll
