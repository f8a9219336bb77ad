// The credentials that gRPC's interop server listens with: `--tls_cert_file` and `--tls_key_file` as grpc-go's server has
// them, instead of the certificate that gRPC's tests share.
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/flags/flag.h"
#include "test/cpp/util/test_credentials_provider.h"

ABSL_FLAG(std::string, tls_cert_file, "", "The server's certificate, in PEM.");
ABSL_FLAG(std::string, tls_key_file, "", "The key of the server's certificate, in PEM.");

namespace grpc {
namespace testing {
namespace {

std::string ReadFile(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class FileCredentialsProvider : public CredentialsProvider {
 public:
  std::shared_ptr<ServerCredentials> GetServerCredentials(const std::string& type) override {
    if (type == kInsecureCredentialsType) return InsecureServerCredentials();
    if (type != kTlsCredentialsType) throw std::invalid_argument("no credentials of type " + type);
    SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back(
        {ReadFile(absl::GetFlag(FLAGS_tls_key_file)), ReadFile(absl::GetFlag(FLAGS_tls_cert_file))});
    return SslServerCredentials(options);
  }

  void AddSecureType(const std::string&, std::unique_ptr<CredentialTypeProvider>) override {}
  std::shared_ptr<ChannelCredentials> GetChannelCredentials(const std::string&, ChannelArguments*) override {
    return nullptr;
  }
  std::vector<std::string> GetSecureCredentialsTypeList() override { return {kTlsCredentialsType}; }
};

}  // namespace

CredentialsProvider* GetCredentialsProvider() {
  static FileCredentialsProvider provider;
  return &provider;
}

}  // namespace testing
}  // namespace grpc
