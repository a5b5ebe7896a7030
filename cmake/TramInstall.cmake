# tram_install_paths: #include "install_paths.h" for the version and the folder of the shipped reference data.
configure_file(${CMAKE_CURRENT_LIST_DIR}/install_paths.h.in ${PROJECT_BINARY_DIR}/generated/install_paths.h @ONLY)
add_library(tram_install_paths INTERFACE)
target_include_directories(tram_install_paths INTERFACE ${PROJECT_BINARY_DIR}/generated)
