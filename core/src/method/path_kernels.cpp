#include "plimsoll/method/path_kernels.hpp"

namespace plimsoll_baseline {
extern const plimsoll_kernels::PathKernels path_table;
}
#ifdef PLIMSOLL_X86_KERNELS
namespace plimsoll_avx2 {
extern const plimsoll_kernels::PathKernels path_table;
}
namespace plimsoll_avx512 {
extern const plimsoll_kernels::PathKernels path_table;
}
#endif

namespace plimsoll {

const plimsoll_kernels::PathKernels& path_kernels([[maybe_unused]] InstructionSet set) noexcept {
#ifdef PLIMSOLL_X86_KERNELS
  if (set == InstructionSet::avx512) return plimsoll_avx512::path_table;
  if (set == InstructionSet::avx2) return plimsoll_avx2::path_table;
#endif
  return plimsoll_baseline::path_table;
}

}  // namespace plimsoll
