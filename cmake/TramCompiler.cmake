# Language level, warnings, hardening, sanitizers, and the quick tools (ccache, mold) where they are installed.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(TRAM_CCACHE ccache)
if(TRAM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TRAM_CCACHE})
endif()

option(TRAM_UNITY "Compile a dozen files as one: a quick cold build, slower small changes" OFF)
# -O3 makes nothing here measurably faster and takes a quarter longer to compile.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(tram_flags INTERFACE)
if(TRAM_UNITY)
  target_compile_options(tram_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)  # takes the included files for headers
endif()
target_include_directories(tram_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(tram_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms of g++ 12 on "text" + std::string (GCC bug 105651).
  target_compile_options(tram_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(tram_flags INTERFACE -Wno-maybe-uninitialized)  # false alarms through std::variant
endif()
if(TRAM_WERROR)
  target_compile_options(tram_flags INTERFACE -Werror)
endif()

# Hardening of what is shipped: OpenSSF's compiler options guide for C and C++.
target_compile_definitions(tram_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(tram_flags INTERFACE -fstack-protector-strong -fstack-clash-protection
  $<$<CXX_COMPILER_ID:GNU>:-ftrivial-auto-var-init=zero> -fno-delete-null-pointer-checks)  # clang 14 wants an oath with it
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(tram_flags INTERFACE -fcf-protection=full)
endif()
if(NOT TRAM_SANITIZE)
  target_compile_options(tram_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE$<SEMICOLON>-D_FORTIFY_SOURCE=3>)
endif()
target_link_options(tram_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)

find_program(TRAM_MOLD mold)
if(TRAM_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(tram_flags INTERFACE -fuse-ld=mold)
endif()

set(TRAM_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
if(TRAM_SANITIZE)
  target_compile_options(tram_flags INTERFACE -fsanitize=${TRAM_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(tram_flags INTERFACE -fsanitize=${TRAM_SANITIZE})
endif()
