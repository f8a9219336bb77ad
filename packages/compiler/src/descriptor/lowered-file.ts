import type { Message } from "@bufbuild/protobuf";
import type {
  DescriptorProto,
  DescriptorProto_ExtensionRange,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { FileNode, NameNode, Node, OptionNode } from "../ast/index.ts";
import type { TokenList } from "../lexer/index.ts";
import type { SourceFile } from "../source/index.ts";

/** What may carry options. */
export type OptionsOwner =
  | FileDescriptorProto
  | DescriptorProto
  | FieldDescriptorProto
  | OneofDescriptorProto
  | EnumDescriptorProto
  | EnumValueDescriptorProto
  | ServiceDescriptorProto
  | MethodDescriptorProto
  | DescriptorProto_ExtensionRange;

/** A file as a descriptor whose names and options are as written, and the way back to the text. */
export interface LoweredFile {
  readonly source: SourceFile;
  readonly tokens: TokenList;
  readonly tree: FileNode;
  readonly proto: FileDescriptorProto;
  /** The node that an element of the descriptor was made from. */
  readonly nodes: ReadonlyMap<Message, Node>;
  /** The name behind `extend`, for each extension. */
  readonly extendees: ReadonlyMap<FieldDescriptorProto, NameNode>;
  /** The options of an element, in order. `default` and `json_name`, which are no options, are not among them. */
  readonly options: ReadonlyMap<OptionsOwner, readonly OptionNode[]>;
}
