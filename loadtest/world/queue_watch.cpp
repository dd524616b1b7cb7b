#include "loadtest/world/queue_watch.hpp"

#include <charconv>

namespace spillway::loadtest {
namespace {

constexpr auto interval = std::chrono::milliseconds(500);
constexpr auto patience = std::chrono::milliseconds(500);

// The values of the labels, with spaces between them: {queue="authorization",relay="east"}.
std::string values_of(std::string_view labels) {
  std::string values;
  while (true) {
    const std::size_t begin = labels.find('"');
    if (begin == std::string_view::npos) return values;
    const std::size_t end = labels.find('"', begin + 1);
    if (end == std::string_view::npos) return values;
    values += (values.empty() ? "" : " ") + std::string(labels.substr(begin + 1, end - begin - 1));
    labels.remove_prefix(end + 1);
  }
}

}  // namespace

QueueWatch::Look read_metrics(std::string_view metrics) {
  QueueWatch::Look look;
  while (!metrics.empty()) {
    const std::size_t end = std::min(metrics.find('\n'), metrics.size());
    const std::string_view line = metrics.substr(0, end);
    metrics.remove_prefix(std::min(end + 1, metrics.size()));
    for (const auto& [family, lengths] :
         {std::pair{std::string_view("spillway_queue_length{"), &look.queues},
          std::pair{std::string_view("spillway_node_answers_total{"), &look.nodes}}) {
      const std::size_t close = line.find("} ");
      if (!line.starts_with(family) || close == std::string_view::npos) continue;
      double value = 0;
      const std::string_view number = line.substr(close + 2);
      if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc()) {
        continue;
      }
      lengths->emplace_back(values_of(line.substr(family.size(), close - family.size())), value);
    }
  }
  return look;
}

QueueWatch::QueueWatch(std::string url) : api_(std::move(url)), thread_([this] { watch(); }) {}

QueueWatch::~QueueWatch() {
  over_ = true;
  thread_.join();
}

QueueWatch::Look QueueWatch::last() {
  std::lock_guard lock(mutex_);
  return last_;
}

void QueueWatch::watch() {
  while (!over_) {
    const auto answer = api_.get("/metrics", "", patience);
    Look look;
    if (answer && answer->status == 200) look = read_metrics(answer->body);
    {
      std::lock_guard lock(mutex_);
      last_ = std::move(look);
    }
    for (auto waited = std::chrono::milliseconds(0); waited < interval && !over_;
         waited += std::chrono::milliseconds(20)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

}  // namespace spillway::loadtest
