"""The server of peer.proto, made with grpcio."""
import argparse
import signal
import threading
import time
from concurrent import futures

import grpc

import peer_pb2
import peer_pb2_grpc


class EndedCalls:
    """How calls ended, by the name that their client gave them."""

    def __init__(self):
        self._ends = {}
        self._changed = threading.Condition()

    def note(self, name, end):
        with self._changed:
            self._ends.setdefault(name, end)
            self._changed.notify_all()

    def of(self, name):
        with self._changed:
            self._changed.wait_for(lambda: name in self._ends, timeout=5)
            return self._ends.get(name, "nothing")


ended_calls = EndedCalls()


class Peer(peer_pb2_grpc.PeerServicer):
    def Unary(self, request, context):
        begin(context)
        act(request, context)
        left = context.time_remaining()
        return peer_pb2.Reply(
            text=request.text,
            payload=reply_payload(request),
            received_bytes=len(request.payload),
            time_remaining_ms=-1 if left is None or left > 1e6 else int(left * 1000),
        )

    def ServerStream(self, request, context):
        begin(context)
        index = 0
        while context.is_active() if request.count < 0 else index < request.count:
            yield peer_pb2.Reply(text=str(index), payload=reply_payload(request))
            index += 1
            if request.count < 0:
                time.sleep(0.01)
        act(request, context)

    def ClientStream(self, request_iterator, context):
        begin(context)
        texts, received = [], 0
        for request in request_iterator:
            act(request, context)
            texts.append(request.text)
            received += len(request.payload)
            if request.answer:
                break
        return peer_pb2.Reply(text=",".join(texts), received_bytes=received)

    def Bidi(self, request_iterator, context):
        begin(context)
        for request in request_iterator:
            act(request, context)
            yield peer_pb2.Reply(text=request.text, payload=reply_payload(request))
        yield peer_pb2.Reply(text="end")

    def Ended(self, request, context):
        return peer_pb2.Reply(text=ended_calls.of(request.text))


def begin(context):
    """Sends the metadata back that the client asks for, and notes how the call ends."""
    metadata = context.invocation_metadata()
    header = [(key, value) for key, value in metadata if key.startswith("x-header")]
    trailer = [(key, value) for key, value in metadata if key.startswith("x-trailer")]
    if header:
        context.send_initial_metadata(header)
    context.set_trailing_metadata(trailer)
    for key, value in metadata:
        if key == "x-call":
            context.add_callback(lambda name=value: ended_calls.note(name, "cancelled"))


def act(request, context):
    """Does what a request says besides being answered."""
    while request.wait and context.is_active():
        time.sleep(0.01)
    if request.cancel:
        context.cancel()
    if request.fail:
        raise ValueError("a bug of the handler")
    if request.code:
        code = next(code for code in grpc.StatusCode if code.value[0] == request.code)
        context.abort(code, request.reason)


def reply_payload(request):
    return bytes(request.reply_bytes) if request.reply_bytes else request.payload


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cert")
    parser.add_argument("--key")
    arguments = parser.parse_args()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
    peer_pb2_grpc.add_PeerServicer_to_server(Peer(), server)
    if arguments.cert:
        with open(arguments.key, "rb") as key, open(arguments.cert, "rb") as cert:
            credentials = grpc.ssl_server_credentials([(key.read(), cert.read())])
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"PORT {port}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: server.stop(0))
    server.wait_for_termination()


if __name__ == "__main__":
    main()
