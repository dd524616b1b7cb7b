// What a registry that was restored from a copy passes over, so that nothing is named twice: the
// counterpart of restored_numbers.hpp for shops and members.
#pragma once

#include <vector>

#include "engine/account/member_number.hpp"
#include "engine/base/time.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::storage {

// On disk when it returns. Shops go on at as many as there were minutes since 2026 began, unless
// there are more: what was made since the copy has lower numbers at less than one shop a minute on
// average. Members registered from here on have membership numbers of another era.
void lift_registry(Registry& registry, Timestamp now);

// The row `member_eras` of the table `counters`: for each the first member (4 bytes, big-endian)
// and the mark (2).
std::vector<MemberEra> member_eras(const Registry& registry);

}  // namespace spillway::storage
