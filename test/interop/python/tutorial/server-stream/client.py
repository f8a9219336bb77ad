import grpc
import helloworld_pb2 as pb2
import helloworld_pb2_grpc as pb2_grpc


def run():
    conn = grpc.insecure_channel('127.0.0.1:50010')
    client = pb2_grpc.grpc_testStub(channel=conn)
    response = client.test_client_stream(pb2.test_client_stream_requests(
        data='yanilo'
    ))
    for item in response:
        print(item.result)


if __name__ == '__main__':
    run()
