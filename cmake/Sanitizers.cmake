add_library(kedge_sanitizers INTERFACE)
if(KEDGE_SANITIZE)
  target_compile_options(kedge_sanitizers INTERFACE -fsanitize=${KEDGE_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(kedge_sanitizers INTERFACE -fsanitize=${KEDGE_SANITIZE})
endif()
