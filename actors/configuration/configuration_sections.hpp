// What the readers of the configuration's sections share. Each section has a function that reads
// its keys and says what is wrong with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "net/text/toml_reader.hpp"

namespace spillway::actors {

using net::TomlProblems;
using net::TomlSection;
using net::TomlText;

constexpr std::size_t configured_name_max = 64;

// What must not be given twice, by where it was first given.
using Seen = std::map<std::string, std::string>;

// Says so when `value` was seen before.
bool is_new(Seen& seen, const std::string& value, const std::string& place, std::uint32_t line,
            TomlProblems& problems);

bool all_digits(std::string_view text);

// The characters that ISO 8583:1987 knows as "ans", in ASCII.
bool printable_ascii(std::string_view text);

void read_address(TomlSection& section, std::string_view key, Address& out, bool host_in_digits);

std::vector<std::string> read_key_hashes(TomlSection& section, Seen& seen, TomlProblems& problems);

// After the relay centre's host.
void read_relay_tls(TomlSection& section, RelaySettings& relay);
void read_server_tls(TomlSection section, ServerSettings& out);
void read_server(TomlSection section, ServerSettings& out);
void read_shops(TomlSection& root, Seen& hashes, Configuration& out, TomlProblems& problems);
void read_relays(TomlSection& root, SystemRole role, Configuration& out, TomlProblems& problems);
void read_mail(TomlSection section, MailSettings& out);
void read_webhooks(TomlSection section, WebhookSettings& out);
void read_cluster(TomlSection section, SystemRole role, ClusterSettings& out,
                  TomlProblems& problems);
// After [cluster].
void read_node(TomlSection section, const ClusterSettings& cluster, NodeSettings& out,
               TomlProblems& problems);
void read_log(TomlSection section, LogSettings& out);

}  // namespace spillway::actors
