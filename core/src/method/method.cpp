#include "plimsoll/method/method.hpp"

namespace plimsoll {

namespace {

std::optional<Error> flaw_of_count(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), std::to_string(value),
               "an integer from " + std::to_string(least) + " to " + std::to_string(most),
               "choose a size within these bounds"};
}

std::optional<Error> find_flaw(const ClosedForm& /*settings*/) { return std::nullopt; }

std::optional<Error> find_flaw(const LeisenReimer& settings) {
  if (auto flaw = flaw_of_count("steps", settings.steps, 3, 4001)) return flaw;
  if (settings.steps % 2 == 1) return std::nullopt;
  return Error{ErrorCode::invalid_value, "steps", std::to_string(settings.steps), "an odd integer",
               "take " + std::to_string(settings.steps + 1) + " steps: the lattice is centred between two nodes"};
}

std::optional<Error> find_flaw(const CrankNicolson& settings) {
  if (auto flaw = flaw_of_count("space_steps", settings.space_steps, 20, 5000)) return flaw;
  return flaw_of_count("time_steps", settings.time_steps, 10, 5000);
}

std::optional<Error> find_flaw(const MonteCarlo& settings) {
  constexpr std::int64_t most_paths = 4'294'967'296;  // 2^32
  if (auto flaw = flaw_of_count("paths", settings.paths, 2, most_paths)) return flaw;
  return flaw_of_count("threads", settings.threads, 1, 1024);
}

std::optional<Error> find_flaw(const IntegralEquation& settings) {
  if (auto flaw = flaw_of_count("nodes", settings.nodes, 3, 64)) return flaw;
  if (auto flaw = flaw_of_count("points", settings.points, 3, 256)) return flaw;
  if (auto flaw = flaw_of_count("steps", settings.steps, 1, 40)) return flaw;
  return flaw_of_count("price_points", settings.price_points, 3, 1024);
}

std::optional<Error> find_flaw(const BaroneAdesiWhaley& /*settings*/) { return std::nullopt; }
std::optional<Error> find_flaw(const BjerksundStensland& /*settings*/) { return std::nullopt; }
std::optional<Error> find_flaw(const JuQuadratic& /*settings*/) { return std::nullopt; }
std::optional<Error> find_flaw(const Binomial& settings) { return flaw_of_count("steps", settings.steps, 4, 4000); }
std::optional<Error> find_flaw(const Trinomial& settings) { return flaw_of_count("steps", settings.steps, 4, 4000); }
std::optional<Error> find_flaw(const RainbowLattice& settings) {
  return flaw_of_count("steps", settings.steps, 4, 1500);
}

}  // namespace

std::string_view kind(const Method& method) {
  return std::visit([]<class M>(const M&) { return Fields<M>::name; }, method);
}

std::optional<Error> find_flaw(const Method& method) {
  return std::visit([](const auto& settings) { return find_flaw(settings); }, method);
}

}  // namespace plimsoll
