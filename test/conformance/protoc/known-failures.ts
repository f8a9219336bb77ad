/** Files on which the compiler is known to disagree with protoc, as `corpus/path`, with the reason. Meant to be empty. */
export const knownFailures: ReadonlyMap<string, string> = new Map([
  [
    "language/message-sets.proto",
    "in an option's value, what is in a message set is encoded as ordinary extensions, not as groups of type and message",
  ],
  [
    "language/negative-ranges.proto",
    "the end of a reserved range of one negative number spans the number; protoc's spans the minus only",
  ],
]);
