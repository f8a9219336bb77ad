/**
 * Descriptors as others are given them: without options meant for the compiler only, and as a FileDescriptorSet.
 * Start with runtime-files.ts.
 */
export { type DescriptorSetOptions, encodeDescriptorSet, encodeFileField } from "./descriptor-set.ts";
export { listFreeFieldNumbers } from "./free-field-numbers.ts";
export { readDescriptorSets } from "./read-descriptor-sets.ts";
export { createRuntimeFiles } from "./runtime-files.ts";
