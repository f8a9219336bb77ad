/** What `AbortSignal` is where neither the DOM's types nor Node's are there: as much of it as is needed here. */
interface PlainSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The platform's `AbortSignal`, as the types of the program that uses this package know it. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S extends PlainSignal } }
  ? S
  : PlainSignal;
