// Stands in for gRPC's own header of this name, of which the interop programs want two flags of a message. The whole
// one would take minutes to compile.
#ifndef GANNET_INTEROP_TRANSPORT_H
#define GANNET_INTEROP_TRANSPORT_H

#define GRPC_WRITE_INTERNAL_COMPRESS (0x80000000u)
#define GRPC_WRITE_INTERNAL_TEST_ONLY_WAS_COMPRESSED (0x40000000u)

#endif
