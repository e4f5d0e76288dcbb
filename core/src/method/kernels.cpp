#include "plimsoll/method/kernels.hpp"

#include <array>
#include <cstdlib>

namespace plimsoll_baseline {
extern const plimsoll_kernels::Kernels table;
}
#ifdef PLIMSOLL_X86_KERNELS
namespace plimsoll_avx2 {
extern const plimsoll_kernels::Kernels table;
}
namespace plimsoll_avx512 {
extern const plimsoll_kernels::Kernels table;
}
#endif

namespace plimsoll {

namespace {

constexpr std::array sets{InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512};

struct Choice {
  InstructionSet set;
  std::string_view refused;
};

/// Follows the override if there is one and the machine can.
Choice choose() noexcept {
  const char* const asked = std::getenv("PLIMSOLL_INSTRUCTION_SET");  // NOLINT(concurrency-mt-unsafe): once, at load
  if (asked == nullptr || std::string_view(asked).empty()) return {widest_instruction_set(), {}};
  for (const InstructionSet set : sets)
    if (name_of(set) == asked && is_supported(set)) return {set, {}};
  return {widest_instruction_set(), asked};
}

const Choice& choice() noexcept {
  static const Choice made = choose();
  return made;
}

}  // namespace

bool is_supported(InstructionSet set) noexcept {
  if (set == InstructionSet::baseline) return true;
#ifdef PLIMSOLL_X86_KERNELS
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (set == InstructionSet::avx2) return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

InstructionSet widest_instruction_set() noexcept {
  if (is_supported(InstructionSet::avx512)) return InstructionSet::avx512;
  return is_supported(InstructionSet::avx2) ? InstructionSet::avx2 : InstructionSet::baseline;
}

InstructionSet chosen_instruction_set() noexcept { return choice().set; }

std::string_view instruction_set_refused() noexcept { return choice().refused; }

const plimsoll_kernels::Kernels& kernels([[maybe_unused]] InstructionSet set) noexcept {
#ifdef PLIMSOLL_X86_KERNELS
  if (set == InstructionSet::avx512) return plimsoll_avx512::table;
  if (set == InstructionSet::avx2) return plimsoll_avx2::table;
#endif
  return plimsoll_baseline::table;
}

std::string_view name_of(InstructionSet set) noexcept {
  if (set == InstructionSet::avx512) return "x86-64-v4";
  if (set == InstructionSet::avx2) return "x86-64-v3";
#ifdef PLIMSOLL_X86_KERNELS
  return "x86-64";
#else
  return "portable";
#endif
}

}  // namespace plimsoll
