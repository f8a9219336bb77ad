import {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as DefaultVisibility,
  Edition,
  FeatureSet_EnumType as EnumType,
  type FeatureSet,
  FeatureSet_FieldPresence as FieldPresence,
  FeatureSet_JsonFormat as JsonFormat,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_EnforceNamingStyle as NamingStyle,
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
  readonly enforceNamingStyle: NamingStyle;
  readonly defaultSymbolVisibility: DefaultVisibility;
}

const PROTO2: Features = {
  fieldPresence: FieldPresence.EXPLICIT,
  enumType: EnumType.CLOSED,
  repeatedFieldEncoding: RepeatedFieldEncoding.EXPANDED,
  utf8Validation: Utf8Validation.NONE,
  messageEncoding: MessageEncoding.LENGTH_PREFIXED,
  jsonFormat: JsonFormat.LEGACY_BEST_EFFORT,
  enforceNamingStyle: NamingStyle.STYLE_LEGACY,
  defaultSymbolVisibility: DefaultVisibility.EXPORT_ALL,
};

const PROTO3: Features = {
  ...PROTO2,
  fieldPresence: FieldPresence.IMPLICIT,
  enumType: EnumType.OPEN,
  repeatedFieldEncoding: RepeatedFieldEncoding.PACKED,
  utf8Validation: Utf8Validation.VERIFY,
  jsonFormat: JsonFormat.ALLOW,
};

const EDITION_2023: Features = { ...PROTO3, fieldPresence: FieldPresence.EXPLICIT };

const EDITION_2024: Features = {
  ...EDITION_2023,
  enforceNamingStyle: NamingStyle.STYLE2024,
  defaultSymbolVisibility: DefaultVisibility.EXPORT_TOP_LEVEL,
};

const EDITION_2026: Features = {
  ...EDITION_2024,
  enforceNamingStyle: NamingStyle.STYLE2026,
  defaultSymbolVisibility: DefaultVisibility.STRICT,
};

/** What holds in a file that says nothing else (protobuf.dev/editions/features). */
export function defaultFeatures(edition: Edition): Features {
  if (edition === Edition.EDITION_PROTO3) return PROTO3;
  if (edition >= Edition.EDITION_2026) return EDITION_2026;
  if (edition >= Edition.EDITION_2024) return EDITION_2024;
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
    enforceNamingStyle: own.enforceNamingStyle || parent.enforceNamingStyle,
    defaultSymbolVisibility: own.defaultSymbolVisibility || parent.defaultSymbolVisibility,
  };
}
