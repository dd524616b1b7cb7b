// Which first systems' numbers the references (field 37) of a data folder may name: a folder keeps
// what it sent when its [system] id is changed, and answers to that come under the old number.
#pragma once

#include "engine/account/system_ids.hpp"
#include "storage/registry/registry.hpp"
#include "storage/views/recovery.hpp"

namespace spillway::actors {

// All numbers that this folder ever had, as the registry counts them and open orders name them.
// `own` is put down for the starts to come.
SystemIds own_systems(storage::Registry& registry, const storage::Recovered& recovered,
                      SystemId own);

// How many orders in `recovered` have a reference with another number than `own`.
std::size_t orders_of_other_systems(const storage::Recovered& recovered, SystemId own);

}  // namespace spillway::actors
