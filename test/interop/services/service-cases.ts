/** A run of a program that asks a server of itself. */
export interface ServiceCase {
  readonly name: string;
  readonly args: readonly string[];
  /** The exit code, and what it prints, standard error behind standard output. A pattern has to match all of that. */
  readonly expected: string | RegExp;
}

const SERVICES = [
  "grpc.channelz.v1.Channelz",
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "grpc.testing.TestService",
  "xds.service.orca.v3.OpenRcaService",
];
const METHODS = [
  "CacheableUnaryCall",
  "EmptyCall",
  "FullDuplexCall",
  "HalfDuplexCall",
  "StreamingInputCall",
  "StreamingOutputCall",
  "UnaryCall",
  "UnimplementedCall",
];

/** What grpcurl, of whichever version, is asked to do at a server that it knows nothing of. */
export function grpcurlCases(address: string): ServiceCase[] {
  const call = (method: string, data: string) => ["-plaintext", "-format=json", "-d", data, address, method];
  return [
    { name: "lists the services", args: ["-plaintext", address, "list"], expected: said(0, ...SERVICES) },
    {
      name: "lists the methods of one",
      args: ["-plaintext", address, "list", "grpc.testing.TestService"],
      expected: said(0, ...METHODS.map((method) => `grpc.testing.TestService.${method}`)),
    },
    {
      name: "describes a method",
      args: ["-plaintext", address, "describe", "grpc.testing.TestService.StreamingOutputCall"],
      expected:
        /^exit code 0\ngrpc\.testing\.TestService\.StreamingOutputCall is a method:\n(?:\/\/.*\n)*rpc StreamingOutputCall \( \.grpc\.testing\.StreamingOutputCallRequest \) returns \( stream \.grpc\.testing\.StreamingOutputCallResponse \);$/,
    },
    {
      name: "describes a message of a file that is imported",
      args: ["-plaintext", address, "describe", "xds.data.orca.v3.OrcaLoadReport"],
      expected:
        /^exit code 0\nxds\.data\.orca\.v3\.OrcaLoadReport is a message:\nmessage OrcaLoadReport \{\n {2}double cpu_utilization = 1 \[ ?\(\.?validate\.rules\) = [\s\S]*\n {2}map<string, double> named_metrics = 8;\n[\s\S]*\}$/,
    },
    {
      name: "describes what is not there",
      args: ["-plaintext", address, "describe", "grpc.testing.Nothing"],
      expected: /^exit code 1\n.*Symbol not found: grpc\.testing\.Nothing/,
    },
    {
      name: "calls a unary method",
      args: call("grpc.testing.TestService/UnaryCall", '{"responseSize": 3}'),
      expected: /^exit code 0\n\{\n {2}"payload": \{\n {4}"body": "AAAA"\n {2}\}(?:,\n {2}"hostname": ".*")?\n\}$/,
    },
    {
      name: "calls a method that streams",
      args: call("grpc.testing.TestService/FullDuplexCall", '{"responseParameters": [{"size": 1}, {"size": 2}]}'),
      expected: said(
        0,
        ...["AA==", "AAA="].flatMap((body) => ["{", '  "payload": {', `    "body": "${body}"`, "  }", "}"]),
      ),
    },
    {
      name: "asks after the server's health",
      args: call("grpc.health.v1.Health/Check", '{"service": "broken"}'),
      expected: said(0, "{", '  "status": "NOT_SERVING"', "}"),
    },
  ];
}

/** What grpc_health_probe is asked, and ends with. */
export function probeCases(address: string): ServiceCase[] {
  return [
    { name: "finds the server serving", args: [`-addr=${address}`], expected: /^exit code 0\n.*status: SERVING/ },
    {
      name: "finds a service serving",
      args: [`-addr=${address}`, "-service=grpc.testing.TestService"],
      expected: /^exit code 0\n.*status: SERVING/,
    },
    {
      name: "finds one that is not",
      args: [`-addr=${address}`, "-service=broken"],
      expected: /^exit code 4\n.*unhealthy.*NOT_SERVING/,
    },
    {
      name: "does not find one that there is not",
      args: [`-addr=${address}`, "-service=nobody"],
      expected: /^exit code 3\n[\s\S]*NotFound/,
    },
  ];
}

/** What grpcio's clients see. */
export function pythonCases(port: string): ServiceCase[] {
  return [
    {
      name: "reads reflection, and calls by what it read",
      args: [port, "reflection"],
      expected: said(
        0,
        ["services", ...SERVICES].join(" "),
        "methods EmptyCall UnaryCall CacheableUnaryCall StreamingOutputCall StreamingInputCall FullDuplexCall HalfDuplexCall UnimplementedCall",
        "request response_type response_size payload fill_username fill_oauth_scope response_compressed response_status expect_compressed fill_server_id fill_grpclb_route_type orca_per_query_report",
        "called 5",
        "duration in google/protobuf/duration.proto",
        "nothing is not found",
      ),
    },
    {
      name: "reads channelz, by all of its methods",
      args: [port, "channelz"],
      expected: said(
        0,
        "servers 1 True True True",
        "server True",
        `listens at 127.0.0.1 ${port}`,
        "sockets 2 True True",
        "channels READY 1 1 0 True",
        "subchannel 1 1 1",
        "its socket leads to the listener True",
        "nothing is NOT_FOUND",
      ),
    },
    {
      name: "reads the details of an error",
      args: [port, "errors"],
      expected: said(
        0,
        "INVALID_ARGUMENT 3 what is asked for cannot be: ö",
        "type.googleapis.com/google.rpc.ErrorInfo",
        'reason: "BAD_TITLE" domain: "library.example"',
        "type.googleapis.com/google.rpc.BadRequest",
        'field_violations {   field: "title"   description: "is empty" }',
      ),
    },
    {
      name: "reads health",
      args: [port, "health"],
      expected: said(
        0,
        "'' is SERVING",
        "'grpc.testing.TestService' is SERVING",
        "'broken' is NOT_SERVING",
        "'nobody' is NOT_FOUND",
        ["listed", ...["", "broken", ...SERVICES].map((name) => `'${name}'`)].join(" "),
      ),
    },
  ];
}

function said(code: number, ...lines: readonly string[]): string {
  return [`exit code ${code}`, ...lines].join("\n");
}
