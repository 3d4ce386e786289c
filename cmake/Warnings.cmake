# Strict only for developers, so that a newer compiler's new warning breaks nobody's build.
add_library(kedge_warnings INTERFACE)
target_compile_options(kedge_warnings INTERFACE -Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  # g++ 12 sees overlaps and lengths beyond all bounds in its own std::string, more of them with a precompiled header
  # (GCC bugs 105651, 105329), and 14 still sees some.
  target_compile_options(kedge_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
                         -Wno-array-bounds)
endif()
if(KEDGE_DEVELOPER)
  target_compile_options(kedge_warnings INTERFACE -Werror)
endif()
