/** The folders of a package in their order, and what each may import, as ARCHITECTURE.md has it. */
export interface Layers {
  /** From the workspace, such as `packages/gannet`. */
  readonly path: string;
  readonly mayImport: Readonly<Record<string, readonly string[]>>;
}

const PASSES = [
  "source",
  "diagnostics",
  "lexer",
  "ast",
  "parser",
  "descriptor",
  "linker",
  "features",
  "options",
  "rules",
  "source-info",
  "compile",
  "node",
  "testing",
] as const;

/** The compiler: a pass may import every pass before it. */
export const compilerLayers: Layers = {
  path: "packages/compiler",
  mayImport: Object.fromEntries(PASSES.map((pass, index) => [pass, PASSES.slice(0, index)])),
};

const UP_TO_OBSERVE = ["base", "core", "codec", "http2", "net", "node", "protocol", "observe"] as const;
const UP_TO_WEB = [...UP_TO_OBSERVE, "channel", "client", "server", "web"] as const;

/** The runtime: every layer before it, unless the layer is held closer. */
export const gannetLayers: Layers = {
  path: "packages/gannet",
  mayImport: {
    base: [],
    core: ["base"],
    codec: ["base"],
    http2: ["base"],
    net: ["base", "core", "codec", "http2"],
    node: ["base", "core", "codec", "http2", "net"],
    protocol: ["base", "core", "codec"],
    observe: ["base", "core"],
    channel: UP_TO_OBSERVE,
    client: ["base", "core", "codec", "protocol"],
    server: [...UP_TO_OBSERVE, "channel", "client"],
    web: ["base", "core", "codec", "protocol", "client"],
    services: UP_TO_WEB,
    testing: [...UP_TO_WEB, "services"],
  },
};

/** Folders of the compiler that are for Node. */
export const compilerForNode: readonly string[] = ["node"];

/** Layers that run where there is no Node. */
export const portableLayers: readonly string[] = ["base", "core", "codec", "http2", "protocol", "client", "web"];
