// The public API of @gannet/compiler/node.

import type { DescMessage, DescService, FileRegistry } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";

export declare class CompileError extends Error {
    readonly name = "CompileError";
    readonly diagnostics: readonly Diagnostic[];
    constructor(diagnostics: readonly Diagnostic[], diskPath: (importPath: string) => string | undefined);
}

export interface FileUrl {
    readonly href: string;
}

export interface LoadOptions {
    readonly roots?: readonly (string | FileUrl)[] | undefined;
    readonly onWarning?: ((warning: Diagnostic) => void) | undefined;
}

export interface LoadedServices {
    readonly services: readonly DescService[];
    readonly registry: FileRegistry;
    service<S extends DescService = DescService>(name: string): S;
    message<M extends DescMessage = DescMessage>(name: string): M;
}

export declare function createDiskReader(roots: readonly (string | FileUrl)[]): ReadFile;

export declare function loadServices(files: string | FileUrl | readonly (string | FileUrl)[], options?: LoadOptions): Promise<LoadedServices>;

// Needed by the above, not exported.

interface Diagnostic {
    readonly severity: Severity;
    readonly id: string;
    readonly message: string;
    readonly path: string;
    readonly source: SourceFile | undefined;
    readonly span: Span;
    readonly hint?: string | undefined;
    readonly notes?: readonly DiagnosticNote[] | undefined;
}

interface DiagnosticNote {
    readonly message: string;
    readonly source: SourceFile;
    readonly span: Span;
}

type FileContents = string | Uint8Array;

interface Position {
    readonly line: number;
    readonly column: number;
}

type ReadFile = (path: string) => FileContents | FileDescriptorProto | undefined | Promise<FileContents | FileDescriptorProto | undefined>;

type Severity = "error" | "warning";

declare class SourceFile {
    #private;
    readonly path: string;
    readonly text: string;
    constructor(path: string, text: string, raw?: string);
    rawText(start?: number, end?: number): string;
    get lineCount(): number;
    lineAt(offset: number): number;
    lineSpan(line: number): {
        readonly start: number;
        readonly end: number;
    };
    columnAt(line: number, offset: number): number;
    positionAt(offset: number): Position;
}

interface Span {
    readonly start: number;
    readonly end: number;
}
