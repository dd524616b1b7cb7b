// A mail server made of files, for the demo and for tests: each mail becomes
// `<message id>.eml` in a folder. A mail delivered twice overwrites itself, and no reader ever sees
// half of one (temporary name, then rename).
//
// One job of libuv's thread pool at a time writes all that waits; the loop and the callers never
// wait for the disk. Files are not synced: they outlive the process, not a power cut.
//
// A folder that was taken away is made again. While no file can be written all mail waits
// (Delivery::server); a mail that cannot be written down at all (mail_message.hpp) is refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <uv.h>

#include "engine/base/result.hpp"
#include "net/mail/mail.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::net {

class EmlMail : public MailPort {
 public:
  // Makes the folder (0700) and those above it. An error when it cannot, or when others than the
  // owner may look into it: mails hold names and addresses. `loop` outlives the object.
  static Result<std::unique_ptr<EmlMail>> open(EventLoop& loop, std::filesystem::path folder);

  ~EmlMail() override;

  void start(MailListener& listener) override;
  void deliver(std::uint64_t id, Mail mail) override;
  // Waits for the job under way; so not on the loop's thread.
  void stop() override;

 private:
  struct Job;

  EmlMail(EventLoop& loop, std::filesystem::path folder);
  void write_waiting();
  void on_written(Job& job);

  EventLoop& loop_;
  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, Mail>> waiting_;

  // Loop thread only.
  MailListener* listener_ = nullptr;
  bool writing_ = false;
  std::promise<void>* stopped_ = nullptr;  // somebody waits for the job under way
};

}  // namespace spillway::net
