#include "net/tls/tls_groups.hpp"

#include <memory>
#include <string>

#include <openssl/conf.h>
#include <openssl/ssl.h>

#include "net/tls/openssl_parts.hpp"

namespace spillway::net {

// OpenSSL gives each new context what the module ssl_conf names as system_default (config(5)).
bool hold_all_tls_to_these_groups() {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr);  // the machine's configuration, before ours
  const std::string text = std::string("openssl_conf = modules\n") +
                           "[modules]\nssl_conf = contexts\n" +
                           "[contexts]\nsystem_default = all\n" +
                           "[all]\nMinProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=2\n" +
                           "Groups = " + tls_groups + "\n";
  const openssl::BioPointer reader = openssl::reader_of(text);
  const std::unique_ptr<CONF, decltype(&NCONF_free)> conf(NCONF_new(nullptr), NCONF_free);
  const bool done = conf != nullptr && NCONF_load_bio(conf.get(), reader.get(), nullptr) == 1 &&
                    CONF_modules_load(conf.get(), nullptr, 0) == 1;
  ERR_clear_error();
  return done;
}

}  // namespace spillway::net
