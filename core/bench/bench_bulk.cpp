// European options with five Greeks in bulk: the kernel on columns that are laid out for it, and the door's columns.
// With the words `serve COUNT FOLDER` it writes the options into the folder and values them whenever it reads a line,
// so that another program can take turns with it: tests/performance/bulk_throughput.py.
#include "duel.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/valuation/bulk.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <string_view>

namespace {

using namespace plimsoll;
using namespace plimsoll::bench;

/// Options around the money as columns, and where their results go.
class Book {
 public:
  explicit Book(std::size_t count) : type_(count), exercise_(count), side_(count), status_(count) {
    for (auto& column : in_) column.resize(count);
    for (auto& column : out_) column.resize(count);
    std::vector<double> u(7 * count);
    RandomStream(20261122, 0).fill_uniform(u);
    for (std::size_t i = 0; i < count; ++i) {
      const double* const v = &u[7 * i];
      type_[i] = v[0] < 0.5 ? 0 : 1;
      side_[i] = type_[i] == 0 ? 1.0 : -1.0;
      const std::array<double, 6> row{60.0 + 80.0 * v[1], 60.0 + 80.0 * v[2], 0.05 + 2.0 * v[3],
                                      0.06 * v[4],        0.04 * v[5],        0.08 + 0.5 * v[6]};
      for (std::size_t c = 0; c < row.size(); ++c) in_[c][i] = row[c];
    }
  }

  [[nodiscard]] std::size_t size() const { return type_.size(); }

  /// By the door's columns.
  [[nodiscard]] bool value(int threads) {
    const OptionColumns options{type_, exercise_, in_[0], in_[1], in_[2], in_[3], in_[4], in_[5], {}, {}, {}};
    const OptionResults results{out_[0], out_[1], out_[2], out_[3], out_[4], out_[5], status_, {}};
    return !value_options(options, ClosedForm{}, Measures::with_greeks, threads, results);
  }

  /// By the kernel alone.
  void value_by_kernel() {
    kernels(chosen_instruction_set())
        .european_book(
            {side_.data(), in_[0].data(), in_[1].data(), in_[2].data(), in_[3].data(), in_[4].data(), in_[5].data(),
             size()},
            {out_[0].data(), out_[1].data(), out_[2].data(), out_[3].data(), out_[4].data(), out_[5].data()});
  }

  /// One file a column, of what the columns hold in memory.
  void write(const std::filesystem::path& folder) const {
    const auto put = [&](const char* name, const auto& column) {
      std::ofstream file(folder / name, std::ios::binary);
      file.write(reinterpret_cast<const char*>(column.data()),
                 static_cast<std::streamsize>(column.size() * sizeof(column[0])));
    };
    put("type", type_);
    put("exercise", exercise_);
    constexpr std::array names{"spot", "strike", "years", "rate", "dividend_yield", "volatility"};
    for (std::size_t c = 0; c < names.size(); ++c) put(names[c], in_[c]);
  }

  [[nodiscard]] double sum_of_prices() const {
    double sum = 0.0;
    for (const double price : out_[0]) sum += price;
    return sum;
  }

 private:
  std::vector<std::uint8_t> type_, exercise_;
  std::vector<double> side_;
  std::array<std::vector<double>, 6> in_, out_;
  std::vector<std::int32_t> status_;
};

/// Answers every line, the number of threads, with the seconds that one valuation took and the sum of its prices.
int serve(std::size_t count, const std::filesystem::path& folder) {
  Book book(count);
  book.write(folder);
  std::cout.precision(17);
  std::cout << "ready\n" << std::flush;
  for (int threads = 1; std::cin >> threads;) {
    const double began = seconds_now(Time::passing);
    if (!book.value(threads)) return 1;
    const double seconds = seconds_now(Time::passing) - began;
    std::cout << seconds << ' ' << book.sum_of_prices() << '\n' << std::flush;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "serve") return serve(std::stoul(argv[2]), argv[3]);
  Log log;
  if (argc > 1) log.history.open(argv[1], std::ios::app);
  constexpr std::size_t count = 1'000'000;
  Book book(count);
  duel(log, "European price and five Greeks, 1,000,000 options in columns", "no error is measured here",
       {{"door", count, 0.0, [&] { log.sound = book.value(1) && log.sound; }, {}},
        {"kernel", count, 0.0, [&] { book.value_by_kernel(); }, {}}},
       Time::of_this_thread);
  return log.sound ? 0 : 1;
}
