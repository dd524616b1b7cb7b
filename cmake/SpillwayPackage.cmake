# The Debian package: `cmake --build build/release --target package` puts it into build/release.
include(GNUInstallDirs)

install(TARGETS spillway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET spillway-load)
  install(TARGETS spillway-load RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES cmake/package/spillway.service DESTINATION /lib/systemd/system)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/spillway)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/spillway)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/spillway RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME spillway)
set(CPACK_PACKAGE_CONTACT "Spillway maintainers <maintainers@spillway.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "order engine for shops")
set(CPACK_PACKAGE_DESCRIPTION
  "Accepts an order durably and answers at once; the card authorization runs
 behind, through payment relay centres that each bear only so much.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/cmake/package/postinst
  ${CMAKE_SOURCE_DIR}/cmake/package/prerm
  ${CMAKE_SOURCE_DIR}/cmake/package/postrm)
include(CPack)
