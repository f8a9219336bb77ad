"""The client of peer.proto, made with grpcio. Its cases are those of ../peer/peer-cases.ts: same names, same results."""
import argparse
import itertools
import json
import os
import queue
import threading
import time
import traceback

import grpc

import peer_pb2
import peer_pb2_grpc

MIB = 1 << 20
# Longer than any call here takes; a call that hangs ends with DEADLINE_EXCEEDED.
PATIENCE = 15
SHORT = 0.3
CHEESE = "kein Käse: 100 % 🧀\nzweite Zeile"
ALL_BYTES = bytes(range(256))

CASES = []


def case(name):
    def add(run):
        CASES.append((name, run))
        return run

    return add


def request(**fields):
    return peer_pb2.Request(**fields)


def numbered(count, size=0):
    return (request(text=str(index), payload=bytes(size)) for index in range(count))


class Requests:
    """Requests that are pushed one by one."""

    def __init__(self, *first):
        self._queue = queue.Queue()
        for one in first:
            self._queue.put(one)

    def push(self, **fields):
        self._queue.put(request(**fields))

    def end(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


class Outcome:
    """What came of a call: a multi-callable is called without waiting, then read to its end."""

    def __init__(self, call, streams):
        self.replies = []
        try:
            self.replies = list(take(call, self.replies)) if streams else [call.result()]
        except (grpc.RpcError, grpc.FutureCancelledError):
            pass
        self.code = call.code().name
        self.reason = call.details()
        self.header = call.initial_metadata() or ()
        self.trailer = call.trailing_metadata() or ()

    @property
    def texts(self):
        return ",".join(reply.text for reply in self.replies)


def take(call, replies):
    """Keeps what came before an error."""
    for reply in call:
        replies.append(reply)
    return replies


def unary(stub, timeout=PATIENCE, metadata=(), **fields):
    return Outcome(stub.Unary.future(request(**fields), timeout=timeout, metadata=metadata), False)


def server_stream(stub, timeout=PATIENCE, metadata=(), **fields):
    return Outcome(stub.ServerStream(request(**fields), timeout=timeout, metadata=metadata), True)


def client_stream(stub, requests, timeout=PATIENCE, metadata=()):
    return Outcome(stub.ClientStream.future(iter(requests), timeout=timeout, metadata=metadata), False)


def bidi(stub, requests, timeout=PATIENCE, metadata=()):
    return Outcome(stub.Bidi(iter(requests), timeout=timeout, metadata=metadata), True)


def describe_reply(outcome):
    return f'OK "{outcome.texts}"' if outcome.code == "OK" else describe_error(outcome)


def describe_error(outcome):
    return f'{outcome.code} "{outcome.reason}"'


def describe_stream(outcome):
    return f"{outcome.texts} " + ("OK" if outcome.code == "OK" else describe_error(outcome))


def describe_sizes(outcome):
    size = sum(len(reply.payload) for reply in outcome.replies)
    return f"{len(outcome.replies)} messages {size} bytes {outcome.code}"


def describe_echo(stub, **fields):
    outcome = unary(stub, **fields)
    same = bool(outcome.replies) and outcome.replies[0].payload == fields.get("payload", b"")
    return f"{describe_reply(outcome)} {'the same bytes' if same else 'other bytes'}"


def values_of(entries, key):
    values = [value for name, value in entries if name == key]
    return ", ".join(value.hex() if isinstance(value, bytes) else value for value in values)


def describe_entries(outcome, suffix=""):
    header = values_of(outcome.header, f"x-header{suffix}")
    trailer = values_of(outcome.trailer, f"x-trailer{suffix}")
    return f"header {header} trailer {trailer}"


def describe_metadata(stub, metadata, suffix=""):
    outcome = unary(stub, metadata=metadata)
    return f"{outcome.code} {describe_entries(outcome, suffix)}"


call_numbers = itertools.count()


def describe_end(stub, start, streams=False, act=lambda call: None):
    """Both ends of a call that does not come to its own end. `act` may cancel it."""
    name = f"{os.getpid()}-{next(call_numbers)}"
    call = start((("x-call", name),))
    before = act(call) or 0
    outcome = Outcome(call, streams)
    after = " after replies" if before + len(outcome.replies) > 0 else ""
    ended = stub.Ended(request(text=name), timeout=PATIENCE).text
    return f"{outcome.code}{after}, the server saw {ended}"


def cancel_soon(call):
    time.sleep(0.15)
    call.cancel()


@case("unary: text and bytes")
def _(stub):
    return describe_echo(stub, text="héllo wörld", payload=ALL_BYTES)


@case("unary: an empty message")
def _(stub):
    return describe_echo(stub)


@case("unary: 3 MiB each way")
def _(stub):
    return describe_echo(stub, payload=b"\7" * (3 * MIB))


@case("unary: a request over the server's limit")
def _(stub):
    return unary(stub, payload=bytes(5 * MIB)).code


@case("unary: a reply over the client's limit")
def _(stub):
    return unary(stub, reply_bytes=5 * MIB).code


@case("unary: 100 at once")
def _(stub):
    calls = [stub.Unary.future(request(text=f"call {index}"), timeout=PATIENCE) for index in range(100)]
    good = [index for index, call in enumerate(calls) if call.result().text == f"call {index}"]
    return f"{len(good)} OK"


@case("client-stream: 10 messages")
def _(stub):
    return describe_reply(client_stream(stub, numbered(10)))


@case("client-stream: no message")
def _(stub):
    return describe_reply(client_stream(stub, numbered(0)))


@case("client-stream: 8 messages of 1 MiB")
def _(stub):
    outcome = client_stream(stub, numbered(8, MIB))
    return f"{outcome.code} {outcome.replies[0].received_bytes if outcome.replies else '?'} bytes"


@case("client-stream: answered while the client goes on")
def _(stub):
    answered = threading.Event()

    def go_on():
        for index in range(3):
            yield request(text=str(index), answer=index == 2)
        while not answered.wait(0.005):
            yield request(text="more")

    outcome = client_stream(stub, go_on())
    answered.set()
    return describe_reply(outcome)


@case("client-stream: an error in the middle")
def _(stub):
    return describe_error(
        client_stream(stub, [request(text="0"), request(code=10, reason="no more"), request(text="2")])
    )


@case("server-stream: 10 messages")
def _(stub):
    return describe_stream(server_stream(stub, count=10))


@case("server-stream: no message")
def _(stub):
    return describe_stream(server_stream(stub))


@case("server-stream: 8 messages of 1 MiB")
def _(stub):
    return describe_sizes(server_stream(stub, count=8, reply_bytes=MIB))


@case("server-stream: an error after 2 messages")
def _(stub):
    outcome = server_stream(stub, count=2, code=10, reason="no more")
    return describe_stream(outcome)


@case("bidi: 5 messages, each after the reply to the one before")
def _(stub):
    requests = Requests()
    call = stub.Bidi(iter(requests), timeout=PATIENCE)
    texts = []
    for index in range(5):
        requests.push(text=str(index))
        texts.append(next(call).text)
    requests.end()
    outcome = Outcome(call, True)
    return f"{','.join(texts)},{describe_stream(outcome)}"


@case("bidi: no message")
def _(stub):
    return describe_stream(bidi(stub, numbered(0)))


@case("bidi: empty messages")
def _(stub):
    return describe_stream(bidi(stub, [request(), request(), request()]))


@case("bidi: 4 messages of 1 MiB each way")
def _(stub):
    return describe_sizes(bidi(stub, numbered(4, MIB)))


@case("bidi: 50 at once")
def _(stub):
    calls = [stub.Bidi(numbered(3), timeout=PATIENCE) for _ in range(50)]
    good = [call for call in calls if describe_stream(Outcome(call, True)) == "0,1,2,end OK"]
    return f"{len(good)} OK"


@case("bidi: an error after a reply")
def _(stub):
    requests = Requests(request(text="0"))
    call = stub.Bidi(iter(requests), timeout=PATIENCE)
    first = next(call).text
    requests.push(code=10, reason="no more")
    outcome = Outcome(call, True)
    requests.end()
    return f"{first} {describe_error(outcome)}"


@case("metadata: the header comes before any message")
def _(stub):
    requests = Requests()
    call = stub.Bidi(iter(requests), timeout=PATIENCE, metadata=(("x-header", "early"),))
    header = values_of(call.initial_metadata(), "x-header")
    requests.push(text="0")
    requests.end()
    return f"header {header}, then {describe_stream(Outcome(call, True))}"


@case("metadata: text both ways")
def _(stub):
    return describe_metadata(stub, (("x-header", "a b~!#%&'()*+,-./:;<=>?@[]^_`{|}"), ("x-trailer", "two")))


@case("metadata: bytes both ways")
def _(stub):
    return describe_metadata(stub, (("x-header-bin", ALL_BYTES), ("x-trailer-bin", b"\xff\x00\xfe")), "-bin")


@case("metadata: several values of a key keep their order")
def _(stub):
    return describe_metadata(
        stub, (("x-header", "one"), ("x-trailer", "three"), ("x-header", "two"), ("x-trailer", "four"))
    )


@case("metadata: several bytes of a key keep their order")
def _(stub):
    return describe_metadata(
        stub,
        (
            ("x-header-bin", b"\1"),
            ("x-header-bin", b"\2\3"),
            ("x-trailer-bin", b"\4"),
            ("x-trailer-bin", b"\5\6\7"),
        ),
        "-bin",
    )


@case("metadata: on a stream")
def _(stub):
    outcome = bidi(stub, numbered(1), metadata=(("x-header", "one"), ("x-trailer", "two")))
    return f"{describe_stream(outcome)} {describe_entries(outcome)}"


@case("error: a message in UTF-8")
def _(stub):
    return describe_error(unary(stub, code=5, reason=CHEESE))


@case("error: without a message")
def _(stub):
    return describe_error(unary(stub, code=13))


@case("error: with a trailer")
def _(stub):
    outcome = unary(stub, code=9, reason="no", metadata=(("x-trailer", "why"),))
    return f"{outcome.code} {describe_entries(outcome)}"


@case("error: after the header")
def _(stub):
    outcome = unary(stub, code=9, reason="no", metadata=(("x-header", "one"), ("x-trailer", "why")))
    return f"{outcome.code} {describe_entries(outcome)}"


@case("error: every code")
def _(stub):
    return " ".join(unary(stub, code=code).code for code in range(1, 17))


@case("error: a handler that fails")
def _(stub):
    return unary(stub, fail=True).code


@case("error: a method that is not there")
def _(stub):
    return Outcome(stub.Missing.future(request(), timeout=PATIENCE), False).code


@case("error: a service that is not there")
def _(stub):
    return Outcome(stub.absent.Unary.future(request(), timeout=PATIENCE), False).code


@case("deadline: told to the server")
def _(stub):
    outcome = unary(stub, timeout=5)
    left = outcome.replies[0].time_remaining_ms if outcome.replies else -1
    # As grpcio writes a timeout, it is rounded up by as much as 1 %.
    return f"{outcome.code} " + ("with time left" if 0 < left <= 5050 else f"with {left} ms")


@case("deadline: of a unary call")
def _(stub):
    return describe_end(
        stub, lambda metadata: stub.Unary.future(request(wait=True), timeout=SHORT, metadata=metadata)
    )


@case("deadline: of a stream that goes on")
def _(stub):
    return describe_end(
        stub, lambda metadata: stub.ServerStream(request(count=-1), timeout=SHORT, metadata=metadata), True
    )


@case("cancel: a unary call, by the client")
def _(stub):
    return describe_end(
        stub,
        lambda metadata: stub.Unary.future(request(wait=True), timeout=PATIENCE, metadata=metadata),
        False,
        cancel_soon,
    )


@case("cancel: a client stream, by the client")
def _(stub):
    # Some clients end their requests before they cancel: a server that only read would take the call for done.
    requests = Requests(request(text="0"), request(wait=True))
    got = describe_end(
        stub,
        lambda metadata: stub.ClientStream.future(iter(requests), timeout=PATIENCE, metadata=metadata),
        False,
        cancel_soon,
    )
    requests.end()
    return got


@case("cancel: a server stream, by the client after 2 messages")
def _(stub):
    def act(call):
        next(call), next(call)
        call.cancel()
        return 2

    return describe_end(
        stub,
        lambda metadata: stub.ServerStream(request(count=-1), timeout=PATIENCE, metadata=metadata),
        True,
        act,
    )


@case("cancel: a bidi stream, by the client after a reply")
def _(stub):
    requests = Requests(request(text="0"))

    def act(call):
        next(call)
        requests.push(wait=True)
        cancel_soon(call)
        return 1

    got = describe_end(
        stub, lambda metadata: stub.Bidi(iter(requests), timeout=PATIENCE, metadata=metadata), True, act
    )
    requests.end()
    return got


@case("cancel: a unary call, by the server")
def _(stub):
    return unary(stub, cancel=True).code


@case("cancel: a client stream, by the server")
def _(stub):
    return client_stream(stub, [request(text="0"), request(cancel=True)]).code


@case("cancel: a server stream, by the server")
def _(stub):
    return server_stream(stub, count=2, cancel=True).code


@case("cancel: a bidi stream, by the server after a reply")
def _(stub):
    requests = Requests(request(text="0"))
    call = stub.Bidi(iter(requests), timeout=PATIENCE)
    first = next(call).text
    requests.push(cancel=True)
    outcome = Outcome(call, True)
    requests.end()
    return f"{first} {outcome.code}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--ca")
    arguments = parser.parse_args()
    if arguments.ca:
        with open(arguments.ca, "rb") as ca:
            credentials = grpc.ssl_channel_credentials(ca.read())
        options = (("grpc.ssl_target_name_override", "localhost"),)
        channel = grpc.secure_channel(arguments.address, credentials, options)
    else:
        channel = grpc.insecure_channel(arguments.address)
    stub = peer_pb2_grpc.PeerStub(channel)
    stub.absent = peer_pb2_grpc.AbsentStub(channel)
    for name, run in CASES:
        try:
            got = run(stub)
        except Exception:
            got = "failed: " + traceback.format_exc()
        print(json.dumps({"name": name, "got": got}), flush=True)
    channel.close()


if __name__ == "__main__":
    main()
