#include "net/mail/eml_mail.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/mail/mail_message.hpp"

namespace spillway::net {

namespace {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// What is in the way of this one file is its own affair; everything else is the folder's.
DeliveryReport cannot_write(int error) {
  const bool of_this_file = error == EISDIR || error == ELOOP || error == ENAMETOOLONG;
  return {of_this_file ? Delivery::deferred : Delivery::server,
          (of_this_file ? "its file: " : "the folder for mails: ") +
              std::system_category().message(error)};
}

// The temporary name follows from the Message-ID, so a crash leaves at most one and the next try
// clears it away. A folder that was taken away is made again, and that is told.
DeliveryReport write_mail(const std::filesystem::path& folder, const Mail& mail) {
  const auto message = to_message(mail);
  if (!message) return {Delivery::refused, "no mail can be written to that address"};
  const std::string temporary = folder / ("." + mail.message_id + ".tmp");
  const std::string final_name = folder / (mail.message_id + ".eml");
  const auto open_file = [&] {
    return ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  };
  std::string beside;
  int file = open_file();
  if (file < 0 && errno == ENOENT && ::mkdir(folder.c_str(), 0700) == 0) {
    beside = "the folder for mails was gone and was made again";
    file = open_file();
  }
  if (file < 0) return cannot_write(errno);
  bool done = write_all(file, *message);
  int error = errno;
  if (::close(file) != 0 && done) {
    done = false;
    error = errno;
  }
  if (done && ::rename(temporary.c_str(), final_name.c_str()) == 0)
    return {Delivery::delivered, std::move(beside)};
  if (done) error = errno;
  ::unlink(temporary.c_str());
  return cannot_write(error);
}

}  // namespace

struct EmlMail::Job {
  uv_work_t work{};
  EmlMail& owner;
  std::vector<std::pair<std::uint64_t, Mail>> mails;
  std::vector<DeliveryReport> reports;
};

Result<std::unique_ptr<EmlMail>> EmlMail::open(EventLoop& loop, std::filesystem::path folder) {
  std::error_code failed;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{folder.string() +
                 ": the folder for mails cannot be made: " + std::system_category().message(errno)};
  }
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) {
    return Error{folder.string() + ": is not a folder"};
  }
  if ((about.st_mode & 0077U) != 0) {
    return Error{folder.string() + ": others than its owner may look into it; chmod 0700 it"};
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return Error{folder.string() + ": mails cannot be written into the folder"};
  }
  return std::unique_ptr<EmlMail>(new EmlMail(loop, std::move(folder)));
}

EmlMail::EmlMail(EventLoop& loop, std::filesystem::path folder)
    : loop_(loop), folder_(std::move(folder)) {}

EmlMail::~EmlMail() {
  stop();
}

void EmlMail::start(MailListener& listener) {
  loop_.run_and_wait([&] {
    listener_ = &listener;
    write_waiting();
  });
}

void EmlMail::deliver(std::uint64_t id, Mail mail) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.emplace_back(id, std::move(mail));
  }
  if (first) loop_.post([this] { write_waiting(); });
}

void EmlMail::stop() {
  std::promise<void> idle;
  loop_.run_and_wait([&] {
    listener_ = nullptr;
    if (writing_) {
      stopped_ = &idle;
    } else {
      idle.set_value();
    }
  });
  idle.get_future().wait();
}

void EmlMail::write_waiting() {
  if (writing_ || listener_ == nullptr) return;
  auto job = std::make_unique<Job>(Job{.owner = *this, .mails = {}, .reports = {}});
  {
    std::lock_guard lock(mutex_);
    job->mails.swap(waiting_);
  }
  if (job->mails.empty()) return;
  job->work.data = job.get();
  const int queued = uv_queue_work(
      loop_.uv(), &job->work,
      [](uv_work_t* work) {
        auto& self = *static_cast<Job*>(work->data);
        for (const auto& [id, mail] : self.mails) {
          self.reports.push_back(write_mail(self.owner.folder_, mail));
        }
      },
      [](uv_work_t* work, int) {
        std::unique_ptr<Job> self(static_cast<Job*>(work->data));
        self->owner.on_written(*self);
      });
  SPILLWAY_CHECK(queued == 0, "libuv's thread pool took no work");
  writing_ = true;
  job.release();
}

void EmlMail::on_written(Job& job) {
  writing_ = false;
  for (std::size_t i = 0; i < job.mails.size() && listener_ != nullptr; ++i) {
    listener_->on_delivery(job.mails[i].first, std::move(job.reports[i]));
  }
  if (stopped_ != nullptr) std::exchange(stopped_, nullptr)->set_value();
  write_waiting();
}

}  // namespace spillway::net
