/** The review of a stack: as a page for people, as that page in HTML, and as plain data. */
export { htmlPage } from "./html";
export { markerOf, MOST_CHARACTERS, page } from "./markdown";
export { report, type Report, REPORT_VERSION } from "./report";
