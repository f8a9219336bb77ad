// What gRPC's interop programs take from its test utilities, on the installed library alone: the utilities would need
// gRPC itself to be built. Flags and messages go to abseil and to gRPC's log, as there.
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/flags/parse.h"
#include "test/core/util/test_config.h"
#include "test/cpp/util/test_config.h"

namespace grpc {
namespace testing {

TestEnvironment::TestEnvironment(int*, char**) {}
TestEnvironment::~TestEnvironment() {}

void InitTest(int* argc, char*** argv, bool) {
  const std::vector<char*> positional = absl::ParseCommandLine(*argc, *argv);
  *argc = static_cast<int>(positional.size());
}

}  // namespace testing
}  // namespace grpc
