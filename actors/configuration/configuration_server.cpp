// [server]: where HTTP is taken, by how many threads.
#include "actors/configuration/configuration_sections.hpp"

namespace spillway::actors {

namespace {

constexpr std::uint64_t http_loops_max = 64;

}  // namespace

void read_server(TomlSection section, ServerSettings& out) {
  read_address(section, "listen", out.listen, true);
  section.read("loops", out.loops, 1, http_loops_max);
  section.read("data", out.data);
  TomlSection tls = section.table("tls");
  if (section.has("tls")) read_server_tls(tls, out);
  section.finish();
}

}  // namespace spillway::actors
