import {
  Edition,
  type FeatureSet,
  FeatureSet_EnumType as EnumType,
  FeatureSet_FieldPresence as FieldPresence,
  FeatureSet_JsonFormat as JsonFormat,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_RepeatedFieldEncoding as RepeatedFieldEncoding,
  FeatureSet_Utf8Validation as Utf8Validation,
} from "@bufbuild/protobuf/wkt";

/** The features that decide what a schema means, each with a value. */
export interface Features {
  readonly fieldPresence: FieldPresence;
  readonly enumType: EnumType;
  readonly repeatedFieldEncoding: RepeatedFieldEncoding;
  readonly utf8Validation: Utf8Validation;
  readonly messageEncoding: MessageEncoding;
  readonly jsonFormat: JsonFormat;
}

const PROTO2: Features = {
  fieldPresence: FieldPresence.EXPLICIT,
  enumType: EnumType.CLOSED,
  repeatedFieldEncoding: RepeatedFieldEncoding.EXPANDED,
  utf8Validation: Utf8Validation.NONE,
  messageEncoding: MessageEncoding.LENGTH_PREFIXED,
  jsonFormat: JsonFormat.LEGACY_BEST_EFFORT,
};

const PROTO3: Features = {
  fieldPresence: FieldPresence.IMPLICIT,
  enumType: EnumType.OPEN,
  repeatedFieldEncoding: RepeatedFieldEncoding.PACKED,
  utf8Validation: Utf8Validation.VERIFY,
  messageEncoding: MessageEncoding.LENGTH_PREFIXED,
  jsonFormat: JsonFormat.ALLOW,
};

const EDITION_2023: Features = { ...PROTO3, fieldPresence: FieldPresence.EXPLICIT };

/** What holds in a file that says nothing else (protobuf.dev/editions/features). */
export function defaultFeatures(edition: Edition): Features {
  if (edition === Edition.EDITION_PROTO3) return PROTO3;
  return edition >= Edition.EDITION_2023 ? EDITION_2023 : PROTO2;
}

/** `parent` with what `own` sets in its place; zero is "unknown" in each of them and sets nothing. */
export function mergeFeatures(parent: Features, own: FeatureSet | undefined): Features {
  if (own === undefined) return parent;
  return {
    fieldPresence: own.fieldPresence || parent.fieldPresence,
    enumType: own.enumType || parent.enumType,
    repeatedFieldEncoding: own.repeatedFieldEncoding || parent.repeatedFieldEncoding,
    utf8Validation: own.utf8Validation || parent.utf8Validation,
    messageEncoding: own.messageEncoding || parent.messageEncoding,
    jsonFormat: own.jsonFormat || parent.jsonFormat,
  };
}
