import grpc
import helloworld_pb2 as pb2
import helloworld_pb2_grpc as pb2_grpc


def run():
    conn = grpc.insecure_channel('127.0.0.1:50010')
    client = pb2_grpc.grpc_testStub(channel=conn)
    response = client.Hello_grpc(pb2.Hello_grpc_req(
        name='yanilo',
        age=18
    ))
    print(response.result)

    response = client.helle_test(pb2.hello_requests(
        name='yanilo',
        age=100,
        data=['qwq'],
        number_1={'k': 11, 'k2': 22, 'k3': 33},
        number={'k': pb2.hello_requests_number_value(name='yanilo_value', age=123, is_active=True)}
    ))
    print(response.result)


if __name__ == '__main__':
    run()
