#include "actors/configuration/sharing_settings.hpp"

#include <gtest/gtest.h>

#include "engine/sharing/limits.hpp"

namespace spillway::actors {
namespace {

using namespace std::chrono_literals;

TEST(SharingSettings, MeanWhatPeopleWrite) {
  const struct {
    SharingText text;
    Sharing sharing;
    const char* words;
  } cases[] = {
      {{}, {.wait_max = limits::spill_wait_default}, "spill 20ms"},
      {{"local", {}, {}, {}},
       {.mode = SharingMode::local, .wait_max = limits::spill_wait_default},
       "local"},
      {{"spill", "50ms", 100, "all"},
       {.waiting_max = 100, .wait_max = 50ms, .only_excess = false},
       "spill 50ms or 100 waiting, then all"},
      {{"spill", "2s", {}, "excess"}, {.wait_max = 2s}, "spill 2s"},
  };
  for (const auto& each : cases) {
    const auto sharing = sharing_from(each.text, SharingMode::spill);
    ASSERT_TRUE(sharing) << each.words;
    EXPECT_EQ(*sharing, each.sharing) << each.words;
    EXPECT_EQ(describe(text_of(*sharing)), each.words);
    EXPECT_EQ(*sharing_from(text_of(*sharing), SharingMode::local), *sharing) << each.words;
  }
}

TEST(SharingSettings, NameTheFieldThatIsWrong) {
  const struct {
    SharingText text;
    SharingField field;
    const char* sentence;
  } cases[] = {
      {{"none", {}, {}, {}},
       SharingField::mode,
       "must be \"local\", \"remote\", \"spill\" or \"shared\""},
      {{"spill", "0ms", {}, {}},
       SharingField::wait,
       "must be a time like \"50ms\" or \"2s\", from \"1ms\" to \"24h\""},
      {{"spill", "soon", {}, {}},
       SharingField::wait,
       "must be a time like \"50ms\" or \"2s\", from \"1ms\" to \"24h\""},
      {{"spill", {}, 0, {}}, SharingField::waiting, "must be from 1 to 10000000"},
      {{"spill", {}, {}, "half"}, SharingField::part, "must be \"excess\" or \"all\""},
      {{"remote", "50ms", {}, {}}, SharingField::wait, "has a meaning only with spill"},
      {{"shared", {}, 5, {}}, SharingField::waiting, "has a meaning only with spill"},
      {{"local", {}, {}, "all"}, SharingField::part, "has a meaning only with spill"},
  };
  for (const auto& each : cases) {
    const auto sharing = sharing_from(each.text, SharingMode::spill);
    ASSERT_FALSE(sharing) << each.sentence;
    ASSERT_EQ(sharing.error().size(), 1U) << each.sentence;
    EXPECT_EQ(sharing.error()[0].field, each.field);
    EXPECT_EQ(sharing.error()[0].sentence, each.sentence);
  }
}

}  // namespace
}  // namespace spillway::actors
