// The echo server of C++ gRPC: one thread, one completion queue. Prints its port; answers each line of standard input
// with the microseconds of processor time so far; ends with its input.
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "echo.grpc.pb.h"

using bench::Echo;
using bench::EchoMsg;
using bench::StreamReq;
using grpc::ServerCompletionQueue;
using grpc::Status;

namespace {

long CpuMicros() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

class Call {
 public:
  virtual ~Call() = default;
  virtual void Proceed(bool ok) = 0;
};

class UnaryCall : public Call {
 public:
  UnaryCall(Echo::AsyncService* service, ServerCompletionQueue* queue)
      : service_(service), queue_(queue), responder_(&context_) {
    service_->RequestUnary(&context_, &request_, &responder_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (!ok || has_answered_) {
      delete this;
      return;
    }
    new UnaryCall(service_, queue_);
    EchoMsg reply;
    reply.set_message(request_.message());
    reply.set_n(request_.n());
    reply.set_payload(request_.payload());
    has_answered_ = true;
    responder_.Finish(reply, Status::OK, this);
  }

 private:
  Echo::AsyncService* service_;
  ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  EchoMsg request_;
  grpc::ServerAsyncResponseWriter<EchoMsg> responder_;
  bool has_answered_ = false;
};

class StreamCall : public Call {
 public:
  StreamCall(Echo::AsyncService* service, ServerCompletionQueue* queue)
      : service_(service), queue_(queue), writer_(&context_) {
    service_->RequestStream(&context_, &request_, &writer_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (!ok || has_ended_) {
      delete this;
      return;
    }
    if (n_ == 0) {
      new StreamCall(service_, queue_);
      message_.set_payload(std::string(request_.size(), '\0'));
    }
    if (n_ < request_.count()) {
      message_.set_n(n_++);
      writer_.Write(message_, this);
      return;
    }
    has_ended_ = true;
    writer_.Finish(Status::OK, this);
  }

 private:
  Echo::AsyncService* service_;
  ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  StreamReq request_;
  grpc::ServerAsyncWriter<EchoMsg> writer_;
  EchoMsg message_;
  int n_ = 0;
  bool has_ended_ = false;
};

}  // namespace

int main() {
  Echo::AsyncService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  std::unique_ptr<ServerCompletionQueue> queue = builder.AddCompletionQueue();
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << port << std::endl;
  std::thread questions([] {
    std::string line;
    while (std::getline(std::cin, line)) std::cout << CpuMicros() << std::endl;
    std::_Exit(0);
  });
  questions.detach();
  new UnaryCall(&service, queue.get());
  new StreamCall(&service, queue.get());
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) static_cast<Call*>(tag)->Proceed(ok);
}
