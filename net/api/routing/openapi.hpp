// The text of docs/openapi.json, part of the program: what /v1/openapi.json answers.
#pragma once

#include <string_view>

namespace spillway::net {

extern const std::string_view openapi_text;

}  // namespace spillway::net
