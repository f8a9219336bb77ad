import time
from concurrent import futures

import grpc
import helloworld_pb2 as pb2
import helloworld_pb2_grpc as pb2_grpc


class grpc_test(pb2_grpc.grpc_testServicer):
    def Hello_grpc(self, request, context):
        name = request.name
        age = request.age
        result = f'my name is {name}, i am {age} years old'
        return pb2.Hello_grpc_res(result=result)


def run():
    grpc_server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    pb2_grpc.add_grpc_testServicer_to_server(grpc_test(), grpc_server)
    grpc_server.add_insecure_port('0.0.0.0:6000')
    print('server will start at 0.0.0.0:6000')
    grpc_server.start()

    try:
        while 1:
            time.sleep(3600)
    except KeyboardInterrupt:
        grpc_server.stop(0)


if __name__ == '__main__':
    run()
