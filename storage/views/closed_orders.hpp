// Gathers what is needed to take closed orders out of the journal: the numbers of all their
// records, and the lines that stay of them in the books.
#pragma once

#include <span>
#include <vector>

#include "storage/journal/journal.hpp"
#include "storage/views/views.hpp"

namespace spillway::storage {

// Of these rows of closed orders, in the order of their numbers, those that stand in the journal as
// the row says. One walk over the journal from the first order to the last record of any.
std::vector<LeavingOrder> gather_closed(const Journal& journal, std::span<const OrderRow> rows);

}  // namespace spillway::storage
