// Makes the channel that gRPC's interop client calls on, from its flags and from `--ca_file` as grpc-go's client has it,
// and lets a case that is not carried through fail.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_interceptor.h>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "test/cpp/interop/client_helper.h"

ABSL_DECLARE_FLAG(bool, use_tls);
ABSL_DECLARE_FLAG(int32_t, server_port);
ABSL_DECLARE_FLAG(std::string, server_host);
ABSL_DECLARE_FLAG(std::string, server_host_override);
ABSL_FLAG(std::string, ca_file, "", "Certificates that the server's is checked against, in PEM.");

namespace grpc {
namespace testing {

std::shared_ptr<Channel> CreateChannelForTestCase(
    const std::string&,
    std::vector<std::unique_ptr<experimental::ClientInterceptorFactoryInterface>> interceptors) {
  const std::string target =
      absl::GetFlag(FLAGS_server_host) + ":" + std::to_string(absl::GetFlag(FLAGS_server_port));
  ChannelArguments arguments;
  std::shared_ptr<ChannelCredentials> credentials = InsecureChannelCredentials();
  if (absl::GetFlag(FLAGS_use_tls)) {
    std::stringstream roots;
    roots << std::ifstream(absl::GetFlag(FLAGS_ca_file)).rdbuf();
    credentials = SslCredentials({roots.str(), "", ""});
    const std::string name = absl::GetFlag(FLAGS_server_host_override);
    if (!name.empty()) arguments.SetSslTargetNameOverride(name);
  }
  return experimental::CreateCustomChannelWithInterceptors(target, credentials, arguments, std::move(interceptors));
}

// The client's main passes over what a case returns: false where a server cannot be probed for compression, say.
void UpdateActions(std::unordered_map<std::string, std::function<bool()>>* actions) {
  for (auto& [name, action] : *actions) {
    action = [name = name, action] {
      if (action()) return true;
      std::cerr << name << " was not carried through" << std::endl;
      std::_Exit(1);
    };
  }
}

// Cases of Google's own credentials are not run.
std::string GetServiceAccountJsonKey() { return ""; }
std::string GetOauth2AccessToken() { return ""; }
void MetadataAndStatusLoggerInterceptor::Intercept(experimental::InterceptorBatchMethods* methods) {
  methods->Proceed();
}

}  // namespace testing
}  // namespace grpc
