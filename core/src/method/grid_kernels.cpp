#include "plimsoll/method/grid_kernels.hpp"

namespace plimsoll_baseline {
extern const plimsoll_kernels::GridKernels grid_table;
}
#ifdef PLIMSOLL_X86_KERNELS
namespace plimsoll_avx2 {
extern const plimsoll_kernels::GridKernels grid_table;
}
namespace plimsoll_avx512 {
extern const plimsoll_kernels::GridKernels grid_table;
}
#endif

namespace plimsoll {

const plimsoll_kernels::GridKernels& grid_kernels([[maybe_unused]] InstructionSet set) noexcept {
#ifdef PLIMSOLL_X86_KERNELS
  if (set == InstructionSet::avx512) return plimsoll_avx512::grid_table;
  if (set == InstructionSet::avx2) return plimsoll_avx2::grid_table;
#endif
  return plimsoll_baseline::grid_table;
}

}  // namespace plimsoll
