// The control of ThreadSanitizer: a body that breaks the one rule of parallel_blocks, to touch nothing that is shared.
// tools/test_tsan.sh fails when this is not reported as a data race.
#include <cstddef>
#include <cstdio>

#include <plimsoll/base/parallel.hpp>

int main() {
  std::size_t shared = 0;
  plimsoll::parallel_blocks(100'000, 1, 4, [&](std::size_t begin, std::size_t end) { shared += end - begin; });
  std::printf("%zu of 100000 counted\n", shared);
  return 0;
}
