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

    def helle_test(self, request, context):
        number_1 = ', '.join(f'{key}: {request.number_1[key]}' for key in sorted(request.number_1))
        number = ', '.join(
            f'{key}: {{name: {value.name}, age: {value.age}, is_active: {str(value.is_active).lower()}}}'
            for key, value in request.number.items()
        )
        return pb2.hello_response(result='\n'.join([
            f'name: {request.name}',
            f'age: {request.age}',
            f"data: [{', '.join(request.data)}]",
            f'number_1: {{{number_1}}}',
            f'number: {{{number}}}',
        ]))


def run():
    grpc_server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    pb2_grpc.add_grpc_testServicer_to_server(grpc_test(), grpc_server)
    grpc_server.add_insecure_port('0.0.0.0:50010')
    print('server will start at 0.0.0.0:50010')
    grpc_server.start()

    try:
        while 1:
            time.sleep(3600)
    except KeyboardInterrupt:
        grpc_server.stop(0)


if __name__ == '__main__':
    run()
