# One library target and one test binary a folder; sources are listed by name.
#   tram_library(NAME SOURCES a.cpp ... DEPENDS lib ...)      DEPENDS is public
#                [WAITS]  code that waits for people, lines and disks: -O1 compiles in half the time of -O2
#   tram_program(NAME SOURCES main.cpp DEPENDS lib ...)
#   tram_test(NAME SOURCES a_test.cpp ... DEPENDS lib ...)    every test case becomes a CTest of its own
function(tram_library name)
  cmake_parse_arguments(arg "WAITS" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  if(arg_WAITS)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  # Most of a cold build is reading headers and making templates again for every file: a dozen files are compiled as
  # one where TRAM_UNITY says so (release), so no two files of a folder may give different things one name.
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${TRAM_UNITY} UNITY_BUILD_BATCH_SIZE 12)
  target_link_libraries(${name} PUBLIC tram_flags ${arg_DEPENDS} PRIVATE ${arg_PRIVATE})
endfunction()

function(tram_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${TRAM_UNITY} UNITY_BUILD_BATCH_SIZE 12)
  target_link_libraries(${name} PRIVATE tram_flags ${arg_DEPENDS})
endfunction()

function(tram_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${TRAM_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  target_link_libraries(${name} PRIVATE tram_flags tram_test_main ${arg_DEPENDS})
  target_precompile_headers(${name} REUSE_FROM tram_test_main)
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()
