# Functions that make one target per floor of the core, and the flags that all of them share.
include(GNUInstallDirs)

# What arithmetic means here, for the core and for whoever links to it: no contraction behind the programmer's back.
add_library(plimsoll_arithmetic INTERFACE)
target_compile_features(plimsoll_arithmetic INTERFACE cxx_std_20)
target_compile_options(plimsoll_arithmetic INTERFACE -ffp-contract=off)
target_include_directories(
  plimsoll_arithmetic INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/core/include>"
                                "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
set_target_properties(plimsoll_arithmetic PROPERTIES EXPORT_NAME arithmetic)
install(TARGETS plimsoll_arithmetic EXPORT plimsollTargets)

# Flags of this build that no installed target carries.
add_library(plimsoll_build_flags INTERFACE)
target_compile_options(
  plimsoll_build_flags
  INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
            -Wcast-align -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Of clang, -Wdouble-promotion would count NAN (a float) and what is widened to long double on purpose.
  # -Wrestrict reports overlapping copies inside std::string where there are none (GCC bug 105329, fixed in 13).
  target_compile_options(plimsoll_build_flags INTERFACE -Wdouble-promotion -Wduplicated-cond -Wlogical-op -Wuseless-cast
                                                    -Wno-restrict)
endif()
if(PLIMSOLL_WARNINGS_AS_ERRORS)
  target_compile_options(plimsoll_build_flags INTERFACE -Werror)
endif()

if(PLIMSOLL_COVERAGE)
  # Counters that threads may share cost ten times the test that moves them, so only the tests of the floor that starts
  # threads have them; what the other floors count while they run several is thrown away (plimsoll_floor_tests).
  add_compile_options($<$<NOT:$<BOOL:$<TARGET_PROPERTY:PLIMSOLL_NOT_COUNTED>>>:--coverage>)
  add_link_options(--coverage)
endif()
if(PLIMSOLL_SANITIZE)
  add_compile_options(-fsanitize=${PLIMSOLL_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${PLIMSOLL_SANITIZE})
  # Instrumented code confuses the flow analysis of g++ (its manual says so): the other test builds keep this warning.
  target_compile_options(plimsoll_build_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(PLIMSOLL_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
  endif()
endif()

# plimsoll_precompile_headers(<target> <flags> <header>...)
# A good part of a file's time goes into reading what all of them include. It is read once, for the first target with
# these flags (any name for them); the others take it from there.
function(plimsoll_precompile_headers target flags)
  get_property(first GLOBAL PROPERTY PLIMSOLL_PRECOMPILED_FOR_${flags})
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
    set_property(GLOBAL PROPERTY PLIMSOLL_PRECOMPILED_FOR_${flags} ${target})
  endif()
  # Without these ccache stores nothing that uses a precompiled header.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
                                           "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()

# plimsoll_floor(<name> [<lower floor>...])
# The floor `name`: its bodies are core/src/<name>/**/*.cpp. Without any folder there is no target.
function(plimsoll_floor name)
  set(headers "${PROJECT_SOURCE_DIR}/core/include/plimsoll/${name}")
  set(bodies "${PROJECT_SOURCE_DIR}/core/src/${name}")
  if(NOT IS_DIRECTORY "${headers}" AND NOT IS_DIRECTORY "${bodies}")
    return()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${bodies}/*.cpp")
  if(sources)
    add_library(plimsoll_${name} STATIC ${sources})
    set(kind PUBLIC)
    target_link_libraries(plimsoll_${name} PRIVATE "$<BUILD_INTERFACE:plimsoll_build_flags>")
  else()
    add_library(plimsoll_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_link_libraries(plimsoll_${name} ${kind} plimsoll_arithmetic)
  foreach(lower IN LISTS ARGN)
    if(TARGET plimsoll_${lower})
      target_link_libraries(plimsoll_${name} ${kind} plimsoll_${lower})
    endif()
  endforeach()
  if(sources AND PLIMSOLL_SANITIZE)
    plimsoll_precompile_headers(plimsoll_${name} core <algorithm> <array> <cmath> <functional> <memory> <optional> <span>
                                <string> <tuple> <utility> <variant> <vector>)
  endif()
  if(name STREQUAL "base" OR name STREQUAL "method" OR name STREQUAL "valuation")
    target_link_libraries(plimsoll_${name} ${kind} Threads::Threads)
  endif()
  set_target_properties(plimsoll_${name} PROPERTIES EXPORT_NAME ${name})
  add_library(plimsoll::${name} ALIAS plimsoll_${name})
  install(TARGETS plimsoll_${name} EXPORT plimsollTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  set_property(GLOBAL APPEND PROPERTY PLIMSOLL_FLOORS ${name})
  if(PLIMSOLL_CHECK_HEADERS)
    plimsoll_check_headers(${name} "${headers}")
  endif()
endfunction()

# plimsoll_kernels(<floor>)
# The inner loops of core/kernels, compiled once for each instruction set and linked into a floor. The namespace of the
# house is renamed in each copy, so that no function of one instruction set can stand in for another's.
function(plimsoll_kernels floor)
  set(sets baseline)
  set(flags_baseline "")
  # Under ThreadSanitizer the baseline alone runs (tools/test_tsan.sh), for the wide sets cannot be watched.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT PLIMSOLL_SANITIZE STREQUAL "thread")
    list(APPEND sets avx2 avx512)
    set(flags_avx2 -march=x86-64-v3)
    set(flags_avx512 -march=x86-64-v4 -mprefer-vector-width=512)
    target_compile_definitions(plimsoll_${floor} PRIVATE PLIMSOLL_X86_KERNELS)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The AVX-512 intrinsics of g++ 12 read a register that they say is undefined on purpose (GCC bug 105593).
    list(APPEND flags_avx512 -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
  if(PLIMSOLL_SANITIZE)
    # The baseline is watched. Of the wide sets everything must stay in line, which a watched function does not: the
    # linker might take a function of the standard library from here for everybody, and not every machine has them.
    list(APPEND flags_avx2 -O2 -fno-sanitize=all)
    list(APPEND flags_avx512 -O2 -fno-sanitize=all)
  endif()
  foreach(set IN LISTS sets)
    add_library(plimsoll_kernels_${set} OBJECT "${PROJECT_SOURCE_DIR}/core/kernels/kernels.cpp"
                                               "${PROJECT_SOURCE_DIR}/core/kernels/path_kernels.cpp"
                                               "${PROJECT_SOURCE_DIR}/core/kernels/grid_kernels.cpp")
    target_compile_definitions(plimsoll_kernels_${set} PRIVATE plimsoll=plimsoll_${set}
                                                               "PLIMSOLL_KERNEL_NAME=\"${set}\"")
    target_compile_options(plimsoll_kernels_${set} PRIVATE ${flags_${set}})
    if(NOT set STREQUAL "baseline")
      # The baseline counts the same lines, but for the few that real/batch.hpp has for one set alone (#if); counters in
      # the wide sets' loops take six times as long to compile.
      set_target_properties(plimsoll_kernels_${set} PROPERTIES PLIMSOLL_NOT_COUNTED ON)
    endif()
    target_link_libraries(plimsoll_kernels_${set} PRIVATE plimsoll_arithmetic plimsoll_build_flags)
    target_sources(plimsoll_${floor} PRIVATE "$<TARGET_OBJECTS:plimsoll_kernels_${set}>")
  endforeach()
endfunction()

# Compiles every header of a floor as the first include of a file of its own.
function(plimsoll_check_headers name folder)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${folder}/*.hpp")
  set(units)
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH relative "${PROJECT_SOURCE_DIR}/core/include" "${header}")
    set(unit "${PROJECT_BINARY_DIR}/headers/${relative}.cpp")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include <@relative@>\n" @ONLY)
    list(APPEND units "${unit}")
  endforeach()
  if(units)
    add_library(plimsoll_headers_${name} OBJECT ${units})
    target_link_libraries(plimsoll_headers_${name} PRIVATE plimsoll_${name} plimsoll_build_flags)
  endif()
endfunction()

# plimsoll_tests_that_start_threads(<variable> <source>...)
# Those of the sources that hold a test with "thread" in its name, as each has to have that starts threads.
function(plimsoll_tests_that_start_threads variable)
  set(named_so)
  foreach(source IN LISTS ARGN)
    file(STRINGS "${source}" names REGEX "^(TEST|TEST_F|TEST_P|RC_GTEST_PROP)[(].*thread")
    if(names)
      list(APPEND named_so "${source}")
    endif()
  endforeach()
  set(${variable} "${named_so}" PARENT_SCOPE)
endfunction()

# plimsoll_add_test(<program> <name> <environment>...)
function(plimsoll_add_test program name)
  add_test(NAME ${name} COMMAND ${program} "--gtest_output=json:${PROJECT_BINARY_DIR}/gtest/${name}.json")
  set_tests_properties(${name} PROPERTIES TIMEOUT 900 ENVIRONMENT "${ARGN}")
endfunction()

# All tests of a floor in one program: plimsoll_test_<name>.
function(plimsoll_floor_tests name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/core/tests/${name}/test_*.cpp")
  if(PLIMSOLL_SANITIZE STREQUAL "thread")
    # tools/test_tsan.sh runs what has "thread" in its name; no other file is compiled for it.
    plimsoll_tests_that_start_threads(sources ${sources})
  endif()
  if(NOT sources)
    return()
  endif()
  set(program plimsoll_test_${name})
  add_executable(${program} ${sources})
  target_link_libraries(${program} PRIVATE plimsoll::plimsoll plimsoll_build_flags GTest::gtest GTest::gtest_main
                                           RapidCheck::rapidcheck)
  target_include_directories(${program} PRIVATE "${PROJECT_SOURCE_DIR}/core/tests")
  target_compile_definitions(
    ${program} PRIVATE "PLIMSOLL_TEST_REFERENCE_DIR=\"${PROJECT_SOURCE_DIR}/core/tests/reference\"")
  if(PLIMSOLL_COVERAGE AND name STREQUAL "base")
    target_compile_options(${program} PRIVATE -fprofile-update=atomic)
  elseif(PLIMSOLL_SANITIZE)
    plimsoll_precompile_headers(${program} tests <gtest/gtest.h> <rapidcheck/gtest.h> <algorithm> <array> <cmath>
                                <functional> <optional> <random> <string> <tuple> <variant> <vector>)
  endif()
  set(threaded)
  if(PLIMSOLL_COVERAGE AND NOT name STREQUAL "base")
    plimsoll_tests_that_start_threads(threaded ${sources})
  endif()
  # A fixed seed: a property that fails today fails tomorrow.
  set(environment "RC_PARAMS=seed=20081010")
  if(threaded)
    plimsoll_add_test(${program} ${name}.threads "GTEST_FILTER=*thread*" "${environment}"
                      "GCOV_PREFIX=${PROJECT_BINARY_DIR}-not-counted")
    list(APPEND environment "GTEST_FILTER=-*thread*")
  endif()
  plimsoll_add_test(${program} ${name} ${environment})
endfunction()

# A file in must_not_compile/ is compiled twice. As it is, it must compile: so what fails is not a typing slip.
# With PLIMSOLL_MUST_NOT_COMPILE defined, which switches on the forbidden line, it must fail.
function(plimsoll_must_not_compile)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/core/tests/must_not_compile/*.cpp")
  set(compile "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only -ffp-contract=off
              "-I${PROJECT_SOURCE_DIR}/core/include")
  foreach(source IN LISTS sources)
    get_filename_component(stem "${source}" NAME_WE)
    add_test(NAME must_not_compile.${stem} COMMAND ${compile} -DPLIMSOLL_MUST_NOT_COMPILE "${source}")
    set_tests_properties(must_not_compile.${stem} PROPERTIES WILL_FAIL TRUE)
    add_test(NAME must_not_compile.${stem}.otherwise_compiles COMMAND ${compile} "${source}")
  endforeach()
endfunction()
