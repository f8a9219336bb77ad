/** Whether connections go through a proxy (gRFC A1). */
export { chooseProxy, type ProxyChoice } from "./proxy-choice.ts";
