// The client of C++ gRPC: one thread, one completion queue. `echo_client PORT` answers each line of standard input with
// its figures as JSON, as the programs of ../load do: `SECONDS IN_FLIGHT` makes unary calls for so long, `stream COUNT
// SIZE` reads one stream.
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "echo.grpc.pb.h"

using bench::Echo;
using bench::EchoMsg;
using bench::StreamReq;
using grpc::CompletionQueue;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int kPayloadBytes = 20;
constexpr int kTimedEvery = 16;

long CpuMicros() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

double SecondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

struct UnaryCall {
  grpc::ClientContext context;
  EchoMsg request;
  EchoMsg reply;
  grpc::Status status;
  SteadyClock::time_point started;
  std::unique_ptr<grpc::ClientAsyncResponseReader<EchoMsg>> reader;
};

class UnaryLoad {
 public:
  UnaryLoad(Echo::Stub* stub, CompletionQueue* queue) : stub_(stub), queue_(queue) {
    for (int i = 0; i < kPayloadBytes; i++) payload_.push_back(static_cast<char>(i));
  }

  std::string Run(double seconds, int in_flight) {
    long cpu = CpuMicros();
    start_ = SteadyClock::now();
    for (int i = 0; i < in_flight; i++) Start();
    void* tag;
    bool ok;
    for (int open = in_flight; open > 0 && queue_->Next(&tag, &ok);) {
      std::unique_ptr<UnaryCall> call(static_cast<UnaryCall*>(tag));
      const EchoMsg& reply = call->reply;
      if (!ok || !call->status.ok() || reply.n() != call->request.n() || reply.message() != "bench" ||
          reply.payload() != payload_) {
        wrong_++;
      }
      if (call->request.n() % kTimedEvery == 0) micros_.push_back(SecondsSince(call->started) * 1e6);
      if (SecondsSince(start_) < seconds) Start();
      else open--;
    }
    double elapsed = SecondsSince(start_);
    std::sort(micros_.begin(), micros_.end());
    std::ostringstream text;
    text << "{\"calls\":" << calls_ << ",\"wrong\":" << wrong_ << ",\"seconds\":" << elapsed
         << ",\"cpuMicros\":" << CpuMicros() - cpu << ",\"p50Micros\":" << micros_[micros_.size() / 2]
         << ",\"p99Micros\":" << micros_[micros_.size() * 99 / 100] << "}";
    return text.str();
  }

 private:
  void Start() {
    UnaryCall* call = new UnaryCall;
    call->request.set_message("bench");
    call->request.set_n(calls_++);
    call->request.set_payload(payload_);
    call->started = SteadyClock::now();
    call->reader = stub_->AsyncUnary(&call->context, call->request, queue_);
    call->reader->Finish(&call->reply, &call->status, call);
  }

  Echo::Stub* stub_;
  CompletionQueue* queue_;
  SteadyClock::time_point start_;
  std::string payload_;
  std::vector<double> micros_;
  int calls_ = 0;
  int wrong_ = 0;
};

std::string ReadStream(Echo::Stub* stub, CompletionQueue* queue, int count, int size) {
  long cpu = CpuMicros();
  SteadyClock::time_point start = SteadyClock::now();
  grpc::ClientContext context;
  StreamReq request;
  request.set_count(count);
  request.set_size(size);
  EchoMsg message;
  grpc::Status status;
  int messages = 0;
  int wrong = 0;
  void* tag;
  bool ok;
  auto reader = stub->AsyncStream(&context, request, queue, nullptr);
  queue->Next(&tag, &ok);
  int first = 0;
  for (reader->Read(&message, nullptr); queue->Next(&tag, &ok) && ok; reader->Read(&message, nullptr)) {
    if (messages == 0) first = message.n();
    if (message.n() != first + messages || static_cast<int>(message.payload().size()) != size) wrong++;
    messages++;
  }
  reader->Finish(&status, nullptr);
  queue->Next(&tag, &ok);
  if (!status.ok() || messages != count) wrong++;
  std::ostringstream text;
  text << "{\"messages\":" << messages << ",\"wrong\":" << wrong << ",\"seconds\":" << SecondsSince(start)
       << ",\"cpuMicros\":" << CpuMicros() - cpu << "}";
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  CompletionQueue queue;
  auto channel = grpc::CreateChannel(std::string("127.0.0.1:") + argv[1], grpc::InsecureChannelCredentials());
  std::unique_ptr<Echo::Stub> stub = Echo::NewStub(channel);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    if (line.rfind("stream ", 0) == 0) {
      std::string name;
      int count, size;
      words >> name >> count >> size;
      std::cout << ReadStream(stub.get(), &queue, count, size) << std::endl;
    } else {
      double seconds;
      int in_flight;
      words >> seconds >> in_flight;
      std::cout << UnaryLoad(stub.get(), &queue).Run(seconds, in_flight) << std::endl;
    }
  }
  std::_Exit(0);
}
