// Orders as GET /v1/orders gives them to operators, made readable.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace spillway::actors {

// An error when `json` is not what that route gives.
Result<std::string> orders_text(std::string_view json);
Result<std::string> order_story_text(std::string_view json);

}  // namespace spillway::actors
