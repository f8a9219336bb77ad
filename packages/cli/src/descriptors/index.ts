/**
 * Descriptors as others are given them: without options meant for the compiler only, and as a FileDescriptorSet.
 * Start with source-options.ts.
 */
export { type DescriptorSetOptions, encodeDescriptorSet } from "./descriptor-set.ts";
export { withoutSourceOptions } from "./source-options.ts";
