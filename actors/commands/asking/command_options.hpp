// Options that many commands have, declared in one way. For .cpp files: CLI11 is a large header.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace spillway::actors {

// `value`: what is filled in, a path or a text.
template <class Value>
CLI::Option* add_folder(CLI::App& app, const char* name, Value& value, const char* sentence) {
  return app.add_option(name, value, sentence)->type_name("DIR");
}

template <class Value>
CLI::Option* add_file(CLI::App& app, const char* name, Value& value, const char* sentence) {
  return app.add_option(name, value, sentence)->type_name("FILE");
}

template <class Value>
CLI::Option* add_data(CLI::App& app, Value& value,
                      const char* sentence = "The data folder. Default: ./data.") {
  return add_folder(app, "--data", value, sentence);
}

inline CLI::Option* add_url(CLI::App& app, std::string& url,
                            const char* sentence = "The system. Default: http://127.0.0.1:8080.") {
  return app.add_option("--url", url, sentence);
}

}  // namespace spillway::actors
