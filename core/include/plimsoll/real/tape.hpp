#pragma once

#include "plimsoll/real/arena.hpp"
#include "plimsoll/real/scalar.hpp"

#include <cstddef>
#include <cstdint>

namespace plimsoll {

/// Weight of an operand whose partial derivative is one; it is recorded without a stored number.
struct UnitWeight {};

/// Record of a computation, statement by statement, and the adjoints of its results. A statement has one slot and one
/// or more entries (operand slot, partial derivative). A leaf is a slot without operands. A sweep clears the adjoints
/// that it reads, so a slot can be used again after a rewind.
/// Source: Griewank & Walther (2008), Evaluating Derivatives, ch. 3 (reverse mode), ch. 4 (statement-level recording).
/// Limits: 2^30 - 4096 slots and as many entries; one thread; values on it must not outlive it.
template <class Lane>
class Tape {
 public:
  using Index = typename LaneIndex<Lane>::Type;

  /// A place on the tape to rewind or to sweep to.
  struct Mark {
    std::uint32_t slots = 0;
    std::uint32_t entries = 0;
    std::uint32_t weights = 0;
    std::uint32_t lookups = 0;
  };

  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  Tape(Tape&&) = delete;
  Tape& operator=(Tape&&) = delete;
  ~Tape() = default;

  /// The slot of a new independent variable.
  std::uint32_t add_leaf() {
    begin_statement(1);
    entries_.push_within(leaf_entry);
    adjoints_.push_within(Lane{0.0});
    return adjoints_.size() - 1;
  }

  /// Begins a statement of at most `operands` operands, and of one at least; where its entries start. The one look at
  /// the memory that a statement takes: no stack ever holds more than there are entries, and all have their capacity.
  std::uint32_t begin_statement(std::uint32_t operands) {
    if (entries_.capacity() - entries_.size() < operands) [[unlikely]]
      make_room(operands);
    return entries_.size();
  }

  /// Adds one operand of weight one to the statement under way.
  void add_operand(std::uint32_t slot, UnitWeight) noexcept { entries_.push_within(slot | unit_flag); }

  /// Adds one operand and its partial derivative to the statement under way.
  void add_operand(std::uint32_t slot, const Lane& weight) noexcept {
    entries_.push_within(slot);
    weights_.push_within(weight);
  }

  /// Adds to the statement under way what was read from a row of leaves: in each path the leaf at its own place and the
  /// next one, with the shares 1 - share and share.
  /// Limits: the last operand of its statement, and not the only one.
  void add_lookup(std::uint32_t first_leaf, const Index& place, const Lane& share) {
    entries_.push_within(lookup_entry);
    lookups_.push({first_leaf, place, share});
  }

  /// Ends the statement whose entries start at `first_entry`; its slot.
  std::uint32_t end_statement(std::uint32_t first_entry) noexcept {
    entries_[first_entry] |= first_flag;
    adjoints_.push_within(Lane{0.0});
    return adjoints_.size() - 1;
  }

  Mark mark() const noexcept { return {adjoints_.size(), entries_.size(), weights_.size(), lookups_.size()}; }

  /// Forgets everything recorded after the mark.
  void rewind(const Mark& mark) noexcept {
    entries_.truncate(mark.entries);
    weights_.truncate(mark.weights);
    lookups_.truncate(mark.lookups);
    adjoints_.truncate(mark.slots);
  }

  /// Adds `seed` to the adjoint of a slot: what is to be differentiated, times its weight in the whole.
  void add_adjoint(std::uint32_t slot, const Lane& seed) noexcept { adjoints_[slot] = adjoints_[slot] + seed; }

  /// Carries the adjoints of all slots from the mark on back to the slots before it; those of leaves stay where they
  /// are.
  void sweep(const Mark& mark) noexcept {
    Lane* const adjoints = adjoints_.data();
    const Lane* weight = weights_.data() + weights_.size();
    const std::uint32_t* entry = entries_.data() + entries_.size();
    std::uint32_t lookup = lookups_.size();
    for (std::uint32_t result = adjoints_.size(); result-- > mark.slots;) {
      std::uint32_t word = *--entry;
      if (word == leaf_entry) continue;
      const Lane upstream = adjoints[result];
      adjoints[result] = Lane{0.0};
      if (word == lookup_entry) {
        give_back(lookups_[--lookup], upstream);
        word = *--entry;
      }
      for (;;) {
        Lane& operand = adjoints[word & slot_bits];
        operand = (word & unit_flag) != 0 ? operand + upstream : operand + *--weight * upstream;
        if ((word & first_flag) != 0) break;
        word = *--entry;
      }
    }
  }

  /// Adjoint gathered in a slot.
  const Lane& adjoint(std::uint32_t slot) const noexcept { return adjoints_[slot]; }

  /// Adjoint gathered in a slot, which is left with none.
  Lane take_adjoint(std::uint32_t slot) noexcept {
    const Lane taken = adjoints_[slot];
    adjoints_[slot] = Lane{0.0};
    return taken;
  }

  /// Bytes of memory that it holds.
  std::size_t bytes() const noexcept {
    return entries_.bytes() + weights_.bytes() + adjoints_.bytes() + lookups_.bytes();
  }

  /// Sets every adjoint to zero.
  void clear_adjoints() noexcept {
    for (std::uint32_t slot = 0; slot < adjoints_.size(); ++slot) adjoints_[slot] = Lane{0.0};
  }

 private:
  static constexpr std::uint32_t slot_bits = 0x3fffffffU;
  static constexpr std::uint32_t unit_flag = 0x40000000U;
  static constexpr std::uint32_t first_flag = 0x80000000U;
  static constexpr std::uint32_t leaf_entry = 0xffffffffU;
  static constexpr std::uint32_t lookup_entry = 0xfffffffeU;

  struct Lookup {
    std::uint32_t first_leaf;
    Index place;
    Lane share;
  };

  // Entries last: where memory runs out, there is no room among them that another stack lacks.
  [[gnu::noinline, gnu::cold]] void make_room(std::uint32_t operands) {
    const std::uint32_t capacity = entries_.capacity_for(operands);
    weights_.reserve(capacity);
    adjoints_.reserve(capacity);
    entries_.reserve(capacity);
  }

  void give_back(const Lookup& lookup, const Lane& upstream) noexcept {
    const Lane upper = lookup.share * upstream;
    Lane* const row = adjoints_.data() + lookup.first_leaf;
    add_at(row, lookup.place, upstream - upper);
    add_at(row + 1, lookup.place, upper);
  }

  Arena<std::uint32_t> entries_;
  Arena<Lane> weights_;
  Arena<Lane> adjoints_;
  Arena<Lookup> lookups_;
};

}  // namespace plimsoll
