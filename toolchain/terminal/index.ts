export { confirmByTyping } from "./ask";
export { TerminalProgress } from "./progress";
export { bytes, duration, type Style, styleOf, type Terminal, terminalOf } from "./style";
export { table } from "./table";
