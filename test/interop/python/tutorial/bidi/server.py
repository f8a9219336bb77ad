import sys
import time
from concurrent import futures

import grpc
import helloworld_pb2 as pb2
import helloworld_pb2_grpc as pb2_grpc


class grpc_test(pb2_grpc.grpc_testServicer):
    def test_client(self, request_iterator, context):
        index = 0
        for request in request_iterator:
            time.sleep(1)
            index += 1
            if index == 10:
                if 'cancel' in sys.argv:
                    context.cancel()
                break
            result = f'receive {request.data},index:{index}'
            yield pb2.test_client_response(result=result)


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
