// The page of a report, with a hole for its results; loadtest/run/report.html becomes part of the
// program.
#pragma once

#include <string_view>

namespace spillway::loadtest {

std::string_view report_page();

}  // namespace spillway::loadtest
