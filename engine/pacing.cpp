#include "engine/pacing.hpp"

namespace spillway {

namespace {

constexpr double even_burst = 1;

}  // namespace

Pacer::Pacer(const Pacing& pacing, MonotonicTime now) {
  change(pacing, now);
}

std::size_t Pacer::permits(std::size_t wanted, MonotonicTime now) {
  return bucket_ ? bucket_->take(wanted, now) : wanted;
}

void Pacer::give_back(std::size_t count) {
  if (bucket_) bucket_->give_back(count);
}

std::optional<MonotonicTime> Pacer::next_at(MonotonicTime now) const {
  if (!bucket_) return std::nullopt;
  return bucket_->next_at(now);
}

void Pacer::change(const Pacing& pacing, MonotonicTime now) {
  pacing_ = pacing;
  switch (pacing.kind) {
    case PacingKind::immediate:
      bucket_.reset();
      return;
    case PacingKind::paced:
      if (bucket_) {
        bucket_->set_rate(pacing.per_second, even_burst, now);
      } else {
        bucket_.emplace(pacing.per_second, even_burst, now);
      }
      return;
  }
}

}  // namespace spillway
