"""Makes one call over servers of hop.proto with grpcio, and prints how it ended."""
import argparse
import json
import threading

import grpc

import hop_pb2
import hop_pb2_grpc


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--call", required=True)
    parser.add_argument("--route", required=True)
    parser.add_argument("--kind", choices=["unary", "stream"], required=True)
    parser.add_argument("--act", choices=["answer", "wait", "cancel"], required=True)
    parser.add_argument("--timeout-ms", type=float)
    arguments = parser.parse_args()
    route = arguments.route.split(",")
    stub = hop_pb2_grpc.HopStub(grpc.insecure_channel(route[0]))
    at_the_end = hop_pb2_grpc.HopStub(grpc.insecure_channel(route[-1]))
    timeout = None if arguments.timeout_ms is None else arguments.timeout_ms / 1000
    request = hop_pb2.HopRequest(call=arguments.call, route=route[1:], wait=arguments.act != "answer")
    call = stub.Unary.future(request, timeout=timeout) if arguments.kind == "unary" else stub.Stream(request, timeout=timeout)

    def cancel():
        at_the_end.Arrived(hop_pb2.HopCall(call=arguments.call))
        call.cancel()

    if arguments.act == "cancel":
        threading.Thread(target=cancel, daemon=True).start()
    times = []
    try:
        replies = [call.result()] if arguments.kind == "unary" else call
        for reply in replies:
            times = [{"seenMs": time.seen_ms, "leftMs": time.left_ms} for time in reply.times]
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass
    print(json.dumps({"code": call.code().name, "times": times}))


if __name__ == "__main__":
    main()
