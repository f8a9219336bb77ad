/** Runs other programs to their end. Start with run-program.ts. */
export { type ProgramOptions, type ProgramResult, runNpm, runProgram, runTool } from "./run-program.ts";
