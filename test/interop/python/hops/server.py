"""The server of hop.proto, made with grpcio. It passes on deadline and cancellation as grpcio's users do: by hand."""
import signal
import threading
from concurrent import futures

import grpc

import hop_pb2
import hop_pb2_grpc

PATIENCE = 5
WAIT = 60


class Notes:
    """What happened to calls, by the name that their client gave them. The first note of a call counts."""

    def __init__(self):
        self._notes = {}
        self._changed = threading.Condition()

    def note(self, name, what):
        with self._changed:
            self._notes.setdefault(name, what)
            self._changed.notify_all()

    def of(self, name):
        with self._changed:
            self._changed.wait_for(lambda: name in self._notes, timeout=PATIENCE)
            return self._notes.get(name, "nothing")


class Hop(hop_pb2_grpc.HopServicer):
    def __init__(self):
        self._arrivals = Notes()
        self._ends = Notes()
        self._stubs = {}

    def Unary(self, request, context):
        seen = self._arrive(request, context)
        if not request.route:
            wait(request, context)
            self._ends.note(request.call, "done")
            return hop_pb2.HopReply(times=[hop_pb2.HopTime(seen_ms=seen, left_ms=time_of(context))])
        left = time_of(context)
        call = self._stub(request).Unary.future(rest_of(request), timeout=timeout_of(context))
        pass_on(context, call)
        try:
            reply = call.result()
        except grpc.FutureCancelledError:
            context.abort(grpc.StatusCode.CANCELLED, "")
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())
        self._ends.note(request.call, "done")
        return hop_pb2.HopReply(times=[hop_pb2.HopTime(seen_ms=seen, left_ms=left), *reply.times])

    def Stream(self, request, context):
        seen = self._arrive(request, context)
        left = time_of(context)
        here = hop_pb2.HopTime(seen_ms=seen, left_ms=left)
        if not request.route:
            yield hop_pb2.HopReply(times=[here])
            wait(request, context)
        else:
            call = self._stub(request).Stream(rest_of(request), timeout=timeout_of(context))
            pass_on(context, call)
            try:
                for reply in call:
                    yield hop_pb2.HopReply(times=[here, *reply.times])
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())
        self._ends.note(request.call, "done")

    def Arrived(self, request, context):
        return hop_pb2.HopCall(call=request.call if self._arrivals.of(request.call) == "arrived" else "")

    def Ended(self, request, context):
        return hop_pb2.HopEnd(how=self._ends.of(request.call))

    def _arrive(self, request, context):
        """Notes that a call has come. Returns the time that it has."""
        seen = time_of(context)
        self._arrivals.note(request.call, "arrived")
        context.add_callback(lambda: self._ends.note(request.call, "cancelled"))
        return seen

    def _stub(self, request):
        address = request.route[0]
        if address not in self._stubs:
            self._stubs[address] = hop_pb2_grpc.HopStub(grpc.insecure_channel(address))
        return self._stubs[address]


def rest_of(request):
    return hop_pb2.HopRequest(call=request.call, route=request.route[1:], wait=request.wait)


def pass_on(context, call):
    if not context.add_callback(call.cancel):
        call.cancel()


def wait(request, context):
    if request.wait:
        ended = threading.Event()
        if context.add_callback(ended.set):
            ended.wait(WAIT)


def timeout_of(context):
    """Seconds. None without a deadline, where grpcio says centuries, which as a timeout it takes for the past."""
    left = context.time_remaining()
    return None if left is None or left > 1e6 else left


def time_of(context):
    """Milliseconds, -1 without a deadline."""
    left = timeout_of(context)
    return -1 if left is None else left * 1000


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
    hop_pb2_grpc.add_HopServicer_to_server(Hop(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"PORT {port}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: server.stop(0))
    server.wait_for_termination()


if __name__ == "__main__":
    main()
