// The texts of the outcome mails: files with placeholders, read once and checked as a whole.
//
//   Subject: Thank you for your order {{order}}     first line
//                                                   second line: blank
//   Dear {{buyer}}, …                               the rest: the text, a paragraph a line
//
// Placeholders: {{shop}} {{contact}} {{buyer}} {{order}} {{reference}} {{card}} {{total}}, and
// {{items}}, which is a table with the total as its last row and stands on a line of its own.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/order/order.hpp"

namespace spillway::net {

enum class Placeholder : std::uint8_t {
  shop,       // the shop's name
  contact,    // the shop's mail address
  buyer,      // the buyer's name
  order,      // order code
  reference,  // the shop's own reference of the order
  card,       // company and last four digits
  total,      // amount with its currency
  items,      // the table
};
constexpr std::size_t placeholder_count = 8;

// What stands in the place of each; indexed by Placeholder.
using PlaceholderValues = std::array<std::string, placeholder_count>;

// Immutable. A value that holds "{{…}}" is not looked into.
class MailTemplate {
 public:
  // `name` stands in errors: "thanks.txt:4: there is no placeholder {{byer}}".
  static Result<MailTemplate> parse(std::string_view text, const std::string& name);

  std::string subject(const PlaceholderValues& values) const { return fill(subject_, values); }
  std::string text(const PlaceholderValues& values) const { return fill(text_, values); }

 private:
  struct Piece {
    std::string literal;
    int placeholder = -1;  // after the literal; -1: none
  };
  using Pieces = std::vector<Piece>;

  static Result<Pieces> parse_pieces(std::string_view text, const std::string& name,
                                     std::size_t line);
  static std::string fill(const Pieces& pieces, const PlaceholderValues& values);

  Pieces subject_;
  Pieces text_;
};

// One for each notice. A copy is independent of the files it came from.
struct NoticeTemplates {
  MailTemplate thanks;
  MailTemplate refusal;
  MailTemplate reorder;
  MailTemplate cancellation;

  const MailTemplate& of(Notice notice) const;  // of any but Notice::none
};

const NoticeTemplates& built_in_templates();

// Reads thanks.txt, refusal.txt, reorder.txt and cancellation.txt, all of them. The error names
// the file and what is wrong with it.
Result<NoticeTemplates> load_templates(const std::filesystem::path& folder);

namespace built_in {
extern const std::string_view thanks;
extern const std::string_view refusal;
extern const std::string_view reorder;
extern const std::string_view cancellation;
}  // namespace built_in

}  // namespace spillway::net
