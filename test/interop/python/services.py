"""Reads what a server tells of itself and of its errors, with the clients that grpcio has for it: a line for each thing seen.

    services.py PORT reflection|channelz|health|watch|errors
    services.py serve-errors
"""

import sys
from concurrent import futures

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

TIMEOUT_S = 10


def reflection(channel):
    database = ProtoReflectionDescriptorDatabase(channel)
    print("services", *sorted(database.get_services()))
    pool = DescriptorPool(database)
    service = pool.FindServiceByName("grpc.testing.TestService")
    print("methods", *(method.name for method in service.methods))
    method = service.FindMethodByName("UnaryCall")
    print("request", *(field.name for field in method.input_type.fields))
    unary = channel.unary_unary(
        "/grpc.testing.TestService/UnaryCall",
        request_serializer=GetMessageClass(method.input_type).SerializeToString,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    request = GetMessageClass(method.input_type)(response_size=5)
    print("called", len(unary(request, timeout=TIMEOUT_S).payload.body))
    print("duration in", pool.FindMessageTypeByName("google.protobuf.Duration").file.name)
    try:
        pool.FindMessageTypeByName("grpc.testing.Nothing")
    except KeyError:
        print("nothing is not found")


def channelz(channel):
    stub = channelz_pb2_grpc.ChannelzStub(channel)
    servers = stub.GetServers(channelz_pb2.GetServersRequest(), timeout=TIMEOUT_S)
    (server,) = servers.server
    print("servers", len(servers.server), servers.end, server.data.calls_started > 0, server.data.calls_succeeded > 0)
    same = stub.GetServer(channelz_pb2.GetServerRequest(server_id=server.ref.server_id), timeout=TIMEOUT_S)
    print("server", same.server.ref == server.ref)
    (listening,) = server.listen_socket
    listener = stub.GetSocket(channelz_pb2.GetSocketRequest(socket_id=listening.socket_id), timeout=TIMEOUT_S).socket
    print("listens at", ".".join(map(str, listener.local.tcpip_address.ip_address)), listener.local.tcpip_address.port)
    sockets = stub.GetServerSockets(
        channelz_pb2.GetServerSocketsRequest(server_id=server.ref.server_id), timeout=TIMEOUT_S
    )
    seen = [
        stub.GetSocket(channelz_pb2.GetSocketRequest(socket_id=ref.socket_id), timeout=TIMEOUT_S).socket
        for ref in sockets.socket_ref
    ]
    print("sockets", len(seen), all(one.data.streams_started >= 1 for one in seen), sockets.end)
    tops = stub.GetTopChannels(channelz_pb2.GetTopChannelsRequest(max_results=5), timeout=TIMEOUT_S)
    (top,) = tops.channel
    state = channelz_pb2.ChannelConnectivityState.State.Name(top.data.state.state)
    print("channels", state, top.data.calls_started, top.data.calls_succeeded, top.data.calls_failed, tops.end)
    one = stub.GetChannel(channelz_pb2.GetChannelRequest(channel_id=top.ref.channel_id), timeout=TIMEOUT_S).channel
    (ref,) = one.subchannel_ref
    subchannel = stub.GetSubchannel(
        channelz_pb2.GetSubchannelRequest(subchannel_id=ref.subchannel_id), timeout=TIMEOUT_S
    ).subchannel
    (ref,) = subchannel.socket_ref
    socket = stub.GetSocket(channelz_pb2.GetSocketRequest(socket_id=ref.socket_id), timeout=TIMEOUT_S).socket
    print("subchannel", subchannel.data.calls_succeeded, socket.data.messages_sent, socket.data.messages_received)
    print("its socket leads to the listener", socket.remote == listener.local)
    try:
        stub.GetSocket(channelz_pb2.GetSocketRequest(socket_id=10**9), timeout=TIMEOUT_S)
    except grpc.RpcError as error:
        print("nothing is", error.code().name)


def health(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    for service in ["", "grpc.testing.TestService", "broken", "nobody"]:
        try:
            reply = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=TIMEOUT_S)
            print(f"{service!r} is", health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status))
        except grpc.RpcError as error:
            print(f"{service!r} is", error.code().name)
    statuses = stub.List(health_pb2.HealthListRequest(), timeout=TIMEOUT_S).statuses
    print("listed", *sorted(repr(name) for name in statuses))


def watch(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    try:
        for reply in stub.Watch(health_pb2.HealthCheckRequest(service="grpc.testing.TestService")):
            print("watched", health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status))
    except grpc.RpcError as error:
        print("ended with", error.code().name)


def errors(channel):
    call = channel.unary_unary("/grpc.testing.TestService/CacheableUnaryCall")
    try:
        call(b"", timeout=TIMEOUT_S)
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        print(error.code().name, status.code, status.message)
        for detail in status.details:
            print(detail.type_url)
            for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest):
                message = kind()
                if detail.Unpack(message):
                    print(str(message).replace("\n", " ").strip())


def serve_errors():
    """A server whose only method fails with details."""

    def fail(_request, context):
        details = [Any(), Any()]
        details[0].Pack(error_details_pb2.ErrorInfo(reason="SOLD_OUT", domain="shop.example", metadata={"zone": "a"}))
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.seconds = 7
        details[1].Pack(retry)
        context.abort_with_status(rpc_status.to_status(status_pb2.Status(code=8, message="sold öut", details=details)))

    handlers = {"UnaryCall": grpc.unary_unary_rpc_method_handler(fail)}
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.testing.TestService", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print("PORT", port)
    server.wait_for_termination()


if __name__ == "__main__":
    if sys.argv[1] == "serve-errors":
        serve_errors()
    _, port, part = sys.argv
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        {"reflection": reflection, "channelz": channelz, "health": health, "watch": watch, "errors": errors}[part](channel)
