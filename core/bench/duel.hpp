#pragma once

#include "plimsoll/base/version.hpp"
#include "plimsoll/method/kernels.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

// Contestants timed in turn in one run.
namespace plimsoll::bench {

inline constexpr int rounds = 9;

/// One way to do the work; what it does in one call is `items` of it.
struct Contestant {
  std::string name;
  double items;
  double error;
  std::function<void()> work;
  std::vector<double> rates;
};

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Where the ratios are kept, and whether everything measured so far is right.
struct Log {
  std::ofstream history;
  bool sound = true;
};

/// What is counted: the time that passes, or what this thread has of the processor, which others do not disturb.
enum class Time { passing, of_this_thread };

inline double seconds_now(Time time) {
  if (time == Time::passing)
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Times all contestants in turn; the first is ours. Prints the ratio of ours to each of the others.
inline void duel(Log& log, const char* title, const char* error_unit, std::vector<Contestant> contestants,
                 Time time = Time::passing) {
  for (int round = 0; round <= rounds; ++round)
    for (Contestant& c : contestants) {
      const double start = seconds_now(time);
      int calls = 0;
      double seconds = 0.0;
      do {
        c.work();
        ++calls;
        seconds = seconds_now(time) - start;
      } while (seconds < 0.02);
      if (round > 0) c.rates.push_back(c.items * calls / seconds);  // the first round warms up
    }
  std::printf("\n%s\n", title);
  for (const Contestant& c : contestants) {
    std::vector<double> ratios;
    for (std::size_t r = 0; r < rounds; ++r) ratios.push_back(contestants[0].rates[r] / c.rates[r]);
    const double ratio = median(ratios);
    log.sound = log.sound && std::isfinite(c.error);
    std::printf("  %-46s %12.4g /s   ours is %8.2f x   error %.1e %s\n", c.name.c_str(), median(c.rates), ratio,
                c.error, error_unit);
    log.history << R"({"bench":")" << title << R"(","contestant":")" << c.name << R"(","rate":)" << median(c.rates)
                << R"(,"ours_over_it":)" << ratio << R"(,"error":)" << c.error << R"(,"isa":")"
                << name_of(chosen_instruction_set()) << R"(","version":")" << version << "\"}\n";
  }
}

/// A contestant whose error is measured after one call.
inline Contestant contestant(std::string name, double items, std::function<void()> work,
                             const std::function<double()>& error) {
  work();
  return {std::move(name), items, error(), std::move(work), {}};
}

}  // namespace plimsoll::bench
