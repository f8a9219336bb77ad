/** The .proto compiler: source text in, descriptors out. Start with compile/compiler.ts. */
export {
  type Compilation,
  type CompilationWork,
  type CompileOptions,
  type Compiler,
  type CompilerOptions,
  compile,
  createCompiler,
  encodeDescriptor,
} from "./compile/index.ts";
export {
  type Diagnostic,
  type DiagnosticFormat,
  type DiagnosticNote,
  type FormatOptions,
  formatDiagnostic,
  type Severity,
  type Span,
} from "./diagnostics/index.ts";
export type { FileContents, Position, ReadFile, SourceFile } from "./source/index.ts";
