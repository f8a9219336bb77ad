/** Runs the tutorial's programs for `npm run quickstart`, and shows what they print. Start with run-tutorial-step.ts. */
export { runTutorialStep, type TutorialStep } from "./run-tutorial-step.ts";
