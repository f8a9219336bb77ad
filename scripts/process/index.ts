/** Runs other programs: to their end, or beside this one. Start with run-program.ts. */
export { type ProgramOptions, type ProgramResult, runNpm, runProgram, runTool } from "./run-program.ts";
export { StartedProgram } from "./started-program.ts";
