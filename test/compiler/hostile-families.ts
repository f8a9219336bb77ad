const P2 = 'syntax = "proto2";\n';
const P3 = 'syntax = "proto3";\n';
const OPTION =
  'import "google/protobuf/descriptor.proto"; message M { repeated M m = 1; repeated int32 i = 2; } extend google.protobuf.FileOptions { M o = 1000; }\n';

/** Kinds of files that ask much of a compiler, by what there is much of, each made in a size. */
export const hostileFamilies: Readonly<Record<string, (size: number) => string>> = {
  "nested messages": (size) => P3 + "message M {".repeat(size) + "}".repeat(size),
  "messages not closed": (size) => P3 + "message M {".repeat(size),
  "nested groups": (size) => `${P2}message M {${"optional group G = 1 {".repeat(size)}`,
  braces: (size) => P3 + "{".repeat(size),
  "closing braces": (size) => P3 + "}".repeat(size),
  parentheses: (size) => `${P3}option ${"(".repeat(size)} = 1;`,
  "angle brackets": (size) => `${P3}message M { ${"map<".repeat(size)}`,
  "nested literals": (size) => `${P3}${OPTION}option (o) = ${"{ m ".repeat(size)}${"}".repeat(size)};`,
  "lists in lists": (size) => `${P3}${OPTION}option (o) = { i: ${"[".repeat(size)}${"]".repeat(size)} };`,
  "values in a list": (size) => `${P3}${OPTION}option (o) = { i: [${"1,".repeat(size)}1] };`,
  "messages in a list": (size) => `${P3}${OPTION}option (o) = { m: [${"{i:1},".repeat(size)}{}] };`,
  "options one by one": (size) => `${P3}${OPTION}${"option (o).i = 1;".repeat(size)}`,
  "an option's long name": (size) => `${P3}${OPTION}option (o)${".m".repeat(size)} = 1;`,
  "unknown options": (size) => P3 + lines(size, (at) => `option nothing_${at} = 1;`),
  "a long name": (size) => `${P3}message ${"a".repeat(16 * size)} {}`,
  "a long type": (size) => `${P3}message M { ${"a.".repeat(size)}b c = 1; }`,
  "a long number": (size) => `${P3}message M { int32 a = ${"9".repeat(16 * size)}; }`,
  "a long fraction": (size) => `${P2}message M { optional double a = 1 [default = 0.${"3".repeat(16 * size)}]; }`,
  "a long string": (size) => `${P3}option java_package = "${"a".repeat(16 * size)}";`,
  "strings side by side": (size) => `${P3}option java_package = ${'"a" '.repeat(size)};`,
  escapes: (size) => `${P3}option java_package = "${"\\u00e9\\x41\\101".repeat(size)}";`,
  "broken escapes": (size) => `${P3}option java_package = "${"\\q".repeat(size)}";`,
  "a long comment": (size) => `${P3}/*${" * a\n".repeat(size)}*/ message M {}`,
  "comments without end": (size) => `${P3}${"/* ".repeat(size)}`,
  "comments line by line": (size) => P3 + lines(size, (at) => `// ${at}\nmessage M${at} {} // behind\n`),
  "nothing but spaces": (size) => P3 + " \t\n".repeat(size),
  "nothing but NULs": (size) => "\0".repeat(size),
  "letters of no language": (size) => P3 + "é\u2028\ufeff".repeat(size),
  "words of no meaning": (size) => P3 + "word ".repeat(size),
  fields: (size) => `${P3}message M { ${lines(size, (at) => `int32 f${at} = ${numbered(at)};`)} }`,
  "fields of one name": (size) => `${P3}message M { ${lines(size, (at) => `int32 f = ${numbered(at)};`)} }`,
  "fields of one number": (size) => `${P3}message M { ${lines(size, (at) => `int32 f${at} = 1;`)} }`,
  "fields of unknown types": (size) =>
    `${P3}message M { ${lines(size, (at) => `Type${at} f${at} = ${numbered(at)};`)} }`,
  "reserved ranges": (size) => `${P3}message M { reserved ${"1 to 5, ".repeat(size)} 7; }`,
  oneofs: (size) => `${P3}message M { ${lines(size, (at) => `oneof o${at} { int32 f${at} = ${numbered(at)}; }`)} }`,
  "enum values": (size) => `${P3}enum E { ${lines(size, (at) => `V${at} = ${at};`)} }`,
  "aliases of one value": (size) => `${P3}enum E { option allow_alias = true; ${lines(size, (at) => `V${at} = 0;`)} }`,
  methods: (size) => `${P3}message M {} service S { ${lines(size, (at) => `rpc R${at}(stream M) returns (M);`)} }`,
  "missing imports": (size) => P3 + lines(size, (at) => `import "missing/${at}.proto";`),
  "imports of itself": (size) => P3 + 'import public "a.proto";'.repeat(size),
};

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

/** Field numbers that skip those that protobuf keeps for itself. */
function numbered(index: number): number {
  return index < 18_999 ? index + 1 : index + 1001;
}
