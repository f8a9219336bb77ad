import grpc
import helloworld_pb2 as pb2
import helloworld_pb2_grpc as pb2_grpc


def run():
    conn = grpc.insecure_channel('127.0.0.1:6000')
    client = pb2_grpc.grpc_testStub(channel=conn)
    response = client.Hello_grpc(pb2.Hello_grpc_req(
        name='yanilo',
        age=18
    ))
    print(response.result)


if __name__ == '__main__':
    run()
