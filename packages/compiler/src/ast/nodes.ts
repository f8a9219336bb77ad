/**
 * What the parser makes of a file: statements in the order in which they stand, each knowing its tokens.
 * Nothing is resolved or checked here, and a node may stand for what the author most likely meant, an error having
 * been reported.
 */

/** A run of tokens, by their indices; both are included. */
export interface Node {
  readonly first: number;
  readonly last: number;
}

export interface NameNode extends Node {
  /** As written, without white space: `foo.Bar`, `.foo.Bar`. */
  readonly text: string;
}

export interface IntegerNode extends Node {
  readonly value: bigint;
  /** What is wrong, where there is no number: none was written, or one that cannot be read, which was reported. */
  readonly problem?: "missing" | "unreadable";
}

export interface StringNode extends Node {
  readonly text: string;
  /** Only where the literal is no UTF-8. */
  readonly bytes: Uint8Array | undefined;
}

/** One .proto file. */
export interface FileNode extends Node {
  readonly syntax: SyntaxNode | undefined;
  readonly body: readonly FileElement[];
  /** False where a declaration was so broken that nothing stands for it: names may be missing for that reason alone. */
  readonly complete: boolean;
}

export type FileElement =
  | ImportNode
  | PackageNode
  | OptionNode
  | MessageNode
  | EnumNode
  | ExtendNode
  | ServiceNode
  | EmptyNode;

/** `syntax = "proto3";` or `edition = "2023";` */
export interface SyntaxNode extends Node {
  readonly kind: "syntax";
  readonly keyword: "syntax" | "edition";
  readonly value: StringNode;
}

export interface ImportNode extends Node {
  readonly kind: "import";
  readonly modifier: (NameNode & { readonly text: "public" | "weak" | "option" }) | undefined;
  readonly path: StringNode;
}

export interface PackageNode extends Node {
  readonly kind: "package";
  readonly name: NameNode;
}

/** A semicolon alone. */
export interface EmptyNode extends Node {
  readonly kind: "empty";
}

export type Visibility = NameNode & { readonly text: "export" | "local" };

export interface MessageNode extends Node {
  readonly kind: "message";
  readonly visibility: Visibility | undefined;
  readonly name: NameNode;
  readonly body: MessageBody;
}

/** What stands between the braces of a message or group. */
export interface MessageBody {
  /** The token of the opening brace. */
  readonly open: number;
  /** The token of the closing brace. */
  readonly close: number;
  readonly elements: readonly MessageElement[];
}

export type MessageElement =
  | FieldNode
  | OneofNode
  | MessageNode
  | EnumNode
  | ExtendNode
  | ExtensionsNode
  | ReservedNode
  | OptionNode
  | EmptyNode;

export type Label = NameNode & { readonly text: "optional" | "required" | "repeated" };

/** A field, wherever it stands: in a message, a oneof or an extend block. A group is a field with a body. */
export interface FieldNode extends Node {
  readonly kind: "field";
  readonly label: Label | undefined;
  readonly type: TypeNode;
  readonly name: NameNode;
  readonly number: IntegerNode;
  readonly options: OptionListNode | undefined;
  readonly group: MessageBody | undefined;
}

/** A type as written: a scalar's or another type's name, or a map of two such names. */
export type TypeNode = NamedTypeNode | MapTypeNode;

export interface NamedTypeNode extends Node {
  readonly kind: "named";
  readonly text: string;
}

export interface MapTypeNode extends Node {
  readonly kind: "map";
  readonly key: NamedTypeNode;
  readonly value: NamedTypeNode;
}

export interface OneofNode extends Node {
  readonly kind: "oneof";
  readonly name: NameNode;
  readonly open: number;
  readonly elements: readonly (FieldNode | OptionNode | EmptyNode)[];
}

export interface EnumNode extends Node {
  readonly kind: "enum";
  readonly visibility: Visibility | undefined;
  readonly name: NameNode;
  readonly open: number;
  readonly elements: readonly (EnumValueNode | OptionNode | ReservedNode | EmptyNode)[];
}

export interface EnumValueNode extends Node {
  readonly kind: "enum-value";
  readonly name: NameNode;
  readonly number: IntegerNode;
  readonly options: OptionListNode | undefined;
}

/** `start to end`, `start to max` or `start` alone, where `end` is `start`. */
export interface RangeNode extends Node {
  readonly start: IntegerNode;
  /** Undefined for `max`. */
  readonly endValue: bigint | undefined;
  readonly end: Node;
}

/** `reserved 1, 4 to 9;`, `reserved "a", "b";` or, in editions, `reserved a, b;` */
export interface ReservedNode extends Node {
  readonly kind: "reserved";
  readonly ranges: readonly RangeNode[];
  readonly names: readonly StringNode[];
}

export interface ExtensionsNode extends Node {
  readonly kind: "extensions";
  readonly ranges: readonly RangeNode[];
  readonly options: OptionListNode | undefined;
}

export interface ExtendNode extends Node {
  readonly kind: "extend";
  readonly extendee: NameNode;
  readonly open: number;
  readonly fields: readonly FieldNode[];
}

export interface ServiceNode extends Node {
  readonly kind: "service";
  readonly name: NameNode;
  readonly open: number;
  readonly elements: readonly (MethodNode | OptionNode | EmptyNode)[];
}

export interface MethodNode extends Node {
  readonly kind: "method";
  readonly name: NameNode;
  /** The keyword `stream` before the type, where it stands. */
  readonly inputStream: NameNode | undefined;
  readonly input: NameNode;
  readonly outputStream: NameNode | undefined;
  readonly output: NameNode;
  /** Undefined where the method ends with a semicolon. */
  readonly body: { readonly open: number; readonly elements: readonly (OptionNode | EmptyNode)[] } | undefined;
}

/** Options in brackets: `[deprecated = true, (x).y = 1]`. `default` and `json_name` stand among them. */
export interface OptionListNode extends Node {
  readonly options: readonly OptionNode[];
}

/** `option name = value;` or, in brackets, `name = value`. */
export interface OptionNode extends Node {
  readonly kind: "option";
  readonly name: OptionNameNode;
  readonly value: OptionValueNode;
}

export interface OptionNameNode extends Node {
  readonly parts: readonly OptionNamePartNode[];
}

export interface OptionNamePartNode extends Node {
  readonly text: string;
  /** `(text)`: the name of an extension. */
  readonly isExtension: boolean;
}

export interface IntegerValueNode extends Node {
  readonly kind: "integer";
  readonly value: bigint;
  readonly negative: boolean;
  /** Whether it is written in hexadecimal or octal. */
  readonly isHexOrOctal: boolean;
}

/** A value's tokens include the sign. */
export type OptionValueNode = ScalarValueNode | MessageValueNode;

export type ScalarValueNode =
  | (Node & { readonly kind: "identifier"; readonly text: string; readonly negative: boolean })
  | IntegerValueNode
  | (Node & { readonly kind: "float"; readonly value: number })
  | (StringNode & { readonly kind: "string" });

/** A message in text format. */
export interface MessageValueNode extends Node {
  readonly kind: "message";
  readonly fields: readonly FieldValueNode[];
  /** Why there may have been more in it: it is not closed, or a field could not be read. That has been reported. */
  readonly problem: "unclosed" | "broken" | undefined;
}

export interface FieldValueNode extends Node {
  readonly name: FieldValueNameNode;
  /** Whether a colon stands behind the name: only messages, and lists of them, can do without. */
  readonly hasColon: boolean;
  readonly value: FieldValue;
}

export type FieldValue = ScalarValueNode | MessageValueNode | ListValueNode;

export interface ListValueNode extends Node {
  readonly kind: "list";
  readonly values: readonly (ScalarValueNode | MessageValueNode)[];
}

/** `name`, `[extension.name]` or `[type.googleapis.com/message.Name]`, which fills a google.protobuf.Any. */
export interface FieldValueNameNode extends Node {
  readonly kind: "field" | "extension" | "any";
  /** Behind the slash for `any`. */
  readonly text: string;
  /** Before the slash, for `any`. */
  readonly urlPrefix: string;
}
