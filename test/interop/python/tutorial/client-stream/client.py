import random
import time

import grpc
import helloworld_pb2 as pb2
import helloworld_pb2_grpc as pb2_grpc


def test():
    index = 0
    while index < 15:
        time.sleep(1)
        data = str(random.random())
        index += 1
        yield pb2.test_client_requests(data=data)


def run():
    conn = grpc.insecure_channel('127.0.0.1:50010')
    client = pb2_grpc.grpc_testStub(channel=conn)
    response = client.test_client(test())
    print(response.result)


if __name__ == '__main__':
    run()
