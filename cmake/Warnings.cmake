# Strict only for developers, so that a newer compiler's new warning breaks nobody's build.
add_library(kedge_warnings INTERFACE)
target_compile_options(kedge_warnings INTERFACE -Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlaps in its own std::string (GCC bug 105651).
  target_compile_options(kedge_warnings INTERFACE -Wno-restrict)
endif()
if(KEDGE_DEVELOPER)
  target_compile_options(kedge_warnings INTERFACE -Werror)
endif()
