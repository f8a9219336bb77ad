"""Servers made with grpcio that say of themselves what they are told to: `health.py COUNT`, which prints their ports.

Each answers test.Any/Do with nothing, and takes its next status, such as NOT_SERVING, by test.Any/Feel.
"""

import signal
import sys
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

SERVICE = "test.Any"


def start():
    servicer = health.HealthServicer()
    servicer.set(SERVICE, health_pb2.HealthCheckResponse.SERVING)

    def do(request, context):
        return b""

    def feel(request, context):
        servicer.set(SERVICE, health_pb2.HealthCheckResponse.ServingStatus.Value(request.decode()))
        return b""

    methods = {
        "Do": grpc.unary_unary_rpc_method_handler(do),
        "Feel": grpc.unary_unary_rpc_method_handler(feel),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, methods),))
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main():
    started = [start() for _ in range(int(sys.argv[1]))]
    print("PORTS", ",".join(str(port) for _, port in started))
    signal.sigwait({signal.SIGTERM})
    for server, _ in started:
        server.stop(None)


main()
