// The public API of @gannet/compiler.

import type { FileRegistry } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";

export interface Compilation {
    readonly files: readonly FileDescriptorProto[];
    readonly registry: FileRegistry;
    readonly diagnostics: readonly Diagnostic[];
    readonly ok: boolean;
    readonly work: CompilationWork;
}

export interface CompilationWork {
    readonly parsed: readonly string[];
    readonly linked: readonly string[];
}

export interface CompileOptions extends CompilerOptions {
    readonly files: readonly string[];
}

export interface Compiler {
    compile(files: readonly string[]): Promise<Compilation>;
}

export interface CompilerOptions {
    readonly read: ReadFile;
}

export interface Diagnostic {
    readonly severity: Severity;
    readonly id: string;
    readonly message: string;
    readonly path: string;
    readonly source: SourceFile | undefined;
    readonly span: Span;
    readonly hint?: string | undefined;
    readonly notes?: readonly DiagnosticNote[] | undefined;
}

export type DiagnosticFormat = "pretty" | "gcc" | "msvs" | "json";

export interface DiagnosticNote {
    readonly message: string;
    readonly source: SourceFile;
    readonly span: Span;
}

export type FileContents = string | Uint8Array;

export interface FormatOptions {
    format?: DiagnosticFormat | undefined;
    paint?: ((style: "error" | "warning" | "note" | "hint" | "bold" | "dim", text: string) => string) | undefined;
    displayPath?: DisplayPath | undefined;
}

export interface Position {
    readonly line: number;
    readonly column: number;
}

export type ReadFile = (path: string) => FileContents | FileDescriptorProto | undefined | Promise<FileContents | FileDescriptorProto | undefined>;

export type Severity = "error" | "warning";

export declare class SourceFile {
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

export interface Span {
    readonly start: number;
    readonly end: number;
}

export declare function compile(options: CompileOptions): Promise<Compilation>;

export declare function createCompiler(options: CompilerOptions): Compiler;

export declare function encodeDescriptor(file: FileDescriptorProto): Uint8Array<ArrayBuffer>;

export declare function formatDiagnostic(diagnostic: Diagnostic, options?: FormatOptions): string;

// Needed by the above, not exported.

type DisplayPath = (path: string) => string;
