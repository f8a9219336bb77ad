/**
 * Editions: which features hold for an element, and what follows from them. Also answers for proto2 and proto3, which
 * are editions with fixed features. Start with feature-table.ts.
 */

export type { Features } from "./feature-set.ts";
export { editionOf, type FeatureOwner, FeatureTable, isPackable } from "./feature-table.ts";
