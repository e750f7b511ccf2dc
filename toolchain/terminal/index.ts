export { confirmByTyping } from "./ask";
export { type Clock, TerminalProgress } from "./progress";
export { bytes, duration, type Screen, type Style, styleOf, type Terminal, terminalOf } from "./style";
export { table } from "./table";
