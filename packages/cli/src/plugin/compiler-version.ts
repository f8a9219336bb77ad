/** The version of this package; a test holds it against package.json. */
export const GANNET_VERSION = "0.1.0";

/** The protoc whose language, descriptors and flags these are. */
export const PROTOC_VERSION = "36.2";

/**
 * What plugins are told the compiler is. It says what protoc 36.2 says, because plugins write it into what they
 * generate and choose by it what to rely on: they see no difference, so their output has none.
 */
export const COMPILER_VERSION = { major: 7, minor: 36, patch: 2, suffix: "" } as const;
