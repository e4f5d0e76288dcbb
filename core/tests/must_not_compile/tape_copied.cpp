#include "plimsoll/real/real.hpp"

// Numbers point to their tape: it stays where it is.
void record() {
  plimsoll::Tape<double> tape;
#ifdef PLIMSOLL_MUST_NOT_COMPILE
  auto other = tape;
#else
  auto& other = tape;
#endif
  other.add_leaf();
}
