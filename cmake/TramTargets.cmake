# One library target and one test binary a folder; sources are listed by name.
#   tram_library(NAME SOURCES a.cpp ... DEPENDS lib ...)      DEPENDS is public
#                [WAITS]  code that waits for people, lines and disks: -O1 compiles in half the time of -O2
#   tram_program(NAME SOURCES main.cpp DEPENDS lib ...)
#   tram_test(NAME SOURCES a_test.cpp ... DEPENDS lib ...)    every test case becomes a CTest of its own

# Most of a cold build is reading headers and making templates again for every file: where TRAM_UNITY says so (release),
# SIZE files are compiled as one, so no two files of a folder may give different things one name. CMake's own unity
# builds name absolute paths, which two checkouts cannot share through ccache; these batches name paths in the repository.
function(tram_batches result name size)
  if(NOT TRAM_UNITY)
    set(${result} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  set(alone ${ARGN})
  list(FILTER alone INCLUDE REGEX "^boost_impl.cpp$")  # a library of its own
  list(FILTER ARGN EXCLUDE REGEX "^boost_impl.cpp$")
  set(batches ${alone})
  set(begin 0)
  list(LENGTH ARGN count)
  while(begin LESS count)
    list(SUBLIST ARGN ${begin} ${size} sources)
    set(text)
    foreach(source ${sources})
      cmake_path(ABSOLUTE_PATH source)
      cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
      string(APPEND text "#include \"${source}\"\n")
    endforeach()
    set(batch ${CMAKE_CURRENT_BINARY_DIR}/${name}_from_${begin}.cpp)
    file(CONFIGURE OUTPUT ${batch} CONTENT "${text}" @ONLY)
    list(APPEND batches ${batch})
    math(EXPR begin "${begin} + ${size}")
  endwhile()
  set(${result} ${batches} PARENT_SCOPE)
endfunction()

function(tram_library name)
  cmake_parse_arguments(arg "WAITS" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
  tram_batches(sources ${name} 24 ${arg_SOURCES})
  add_library(${name} STATIC ${sources})
  if(arg_WAITS)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  target_link_libraries(${name} PUBLIC tram_flags ${arg_DEPENDS} PRIVATE ${arg_PRIVATE})
endfunction()

function(tram_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  tram_batches(sources ${name} 24 ${arg_SOURCES})
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE tram_flags ${arg_DEPENDS})
endfunction()

function(tram_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  tram_batches(sources ${name} 16 ${arg_SOURCES})
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE tram_flags tram_test_main ${arg_DEPENDS})
  target_precompile_headers(${name} REUSE_FROM tram_test_main)
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()
