/** How requests at the gateway are counted: the same in panels and alerts. */
export { EDGE_REQUESTS } from "../prometheus/rules";
