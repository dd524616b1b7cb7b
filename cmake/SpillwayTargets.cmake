# What every target of ours shares: the language, the warnings, the sanitizer, and how a folder
# becomes a library.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
if(NOT DEFINED CACHE{CMAKE_CXX_FLAGS_RELEASE} OR CMAKE_CXX_FLAGS_RELEASE STREQUAL "-O3 -DNDEBUG")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1" CACHE STRING "Assertions stay on in production" FORCE)
endif()

set(SPILLWAY_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")

option(SPILLWAY_FUZZ "Build for libFuzzer, with clang; tests/fuzz/run does" OFF)

find_program(SPILLWAY_CCACHE ccache)
if(SPILLWAY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SPILLWAY_CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(spillway_options INTERFACE)
target_include_directories(spillway_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(spillway_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fno-omit-frame-pointer)
target_compile_definitions(spillway_options INTERFACE SPILLWAY_VERSION="${PROJECT_VERSION}")
target_link_libraries(spillway_options INTERFACE Threads::Threads)
# Symbols are bound at the start: binding one at its first call puts the vector registers, which hold
# what was copied last, a password or a card number for one, onto the stack.
target_link_options(spillway_options INTERFACE -fuse-ld=mold -Wl,-z,relro,-z,now)
if(SPILLWAY_FUZZ)
  # The warnings that are errors are GCC's.
  target_compile_options(spillway_options INTERFACE -w -fsanitize=fuzzer-no-link)
endif()
if(SPILLWAY_SANITIZE)
  # GCC 12 sees uninitialized members in std::regex and std::function once they are instrumented;
  # the builds without a sanitizer keep the warning.
  target_compile_options(spillway_options INTERFACE
    -fsanitize=${SPILLWAY_SANITIZE} -fno-sanitize-recover=all -Wno-maybe-uninitialized)
  target_link_options(spillway_options INTERFACE -fsanitize=${SPILLWAY_SANITIZE})
  target_compile_definitions(spillway_options INTERFACE SPILLWAY_SANITIZED=1)
endif()

# spillway_rooms(TARGET): with CMAKE_UNITY_BUILD (the presets but debug and fuzz have it), each room, a
# folder of the target's sources, is compiled as one unit: what all of its files include is read once.
function(spillway_rooms target)
  set_property(TARGET ${target} PROPERTY UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(GET source PARENT_PATH room)
    cmake_path(RELATIVE_PATH room BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
    if(room IN_LIST SPILLWAY_FILE_BY_FILE)
      continue()
    endif()
    string(MAKE_C_IDENTIFIER "${room}" room)
    set_property(SOURCE ${source} PROPERTY UNITY_GROUP ${room})
  endforeach()
endfunction()

# spillway_folder(NAME dependencies...): the library spillway_NAME from the *.cpp of this folder and
# its rooms, but main.cpp, which belongs to an executable.
function(spillway_folder name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(sources)
    add_library(spillway_${name} STATIC ${sources})
    target_link_libraries(spillway_${name} PUBLIC spillway_options ${ARGN})
    spillway_rooms(spillway_${name})
  else()
    add_library(spillway_${name} INTERFACE)
    target_link_libraries(spillway_${name} INTERFACE spillway_options ${ARGN})
  endif()
endfunction()
