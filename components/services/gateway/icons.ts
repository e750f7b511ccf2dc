import type { Icon } from "./model";

/** Outlines on a 24 by 24 grid, drawn with the colour of the text. */
const outlines: Readonly<Record<Icon, string>> = {
  label: '<path d="M4 4h9l7 8-7 8H4z"/><path d="M8 9.5h4M8 14.5h3"/>',
  chart: '<path d="M4 4v16h16"/><path d="m7.5 15 4-5 3 3 4.5-6.5"/>',
  bucket: '<path d="M4.5 6.500h15L17.5 20h-11z"/><ellipse cx="12" cy="6.5" rx="7.5" ry="2.5"/>',
  database:
    '<ellipse cx="12" cy="6" rx="7.5" ry="3"/><path d="M4.5 6v12c0 1.66 3.36 3 7.5 3s7.5-1.34 7.5-3V6M4.5 12c0 1.66 3.36 3 7.5 3s7.5-1.34 7.5-3"/>',
  queue:
    '<rect x="4" y="4.5" width="16" height="4" rx="1"/><rect x="4" y="10.5" width="16" height="4" rx="1"/><path d="M4 18.500h11"/>',
  gear: '<circle cx="12" cy="12" r="3.2"/><path d="M12 3.500v3M12 17.500v3M3.5 12h3M17.5 12h3M6 6l2.1 2.100M15.9 15.9 18 18M18 6l-2.1 2.100M8.1 15.9 6 18"/>',
  gauge: '<path d="M4.5 18a9 9 0 1 1 15 0"/><path d="m12 14 4-4.5"/><circle cx="12" cy="14" r="1.3"/>',
  gate: '<path d="M4 20V10a8 8 0 0 1 16 0v10"/><path d="M8.5 20v-9.500M12 20V9.500M15.5 20v-9.5"/>',
};

/** The picture as inline SVG; decoration, so not read out. */
export function svg(icon: Icon): string {
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${outlines[icon]}</svg>`;
}
