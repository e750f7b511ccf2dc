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
  notebook:
    '<rect x="5.5" y="3.5" width="14" height="17" rx="1.5"/><path d="M9 3.5v17M4 8h3M4 12h3M4 16h3M12 8h4.5M12 11.5h4.5"/>',
  flask:
    '<path d="M9.5 3.5h5M10.5 3.5v6L5 19a1 1 0 0 0 .9 1.500h12.200A1 1 0 0 0 19 19l-5.5-9.500v-6M8 15h8"/>',
  trace:
    '<path d="M4 6h9M7 11h10M11 16h9"/><circle cx="4" cy="6" r="1"/><circle cx="17" cy="11" r="1"/><circle cx="20" cy="16" r="1"/>',
  bell: '<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15z"/><path d="M10 20.500h4"/>',
  book: '<path d="M12 6.500C10 4.900 7 4.500 4 4.500v14c3 0 6 .4 8 2 2-1.600 5-2 8-2v-14c-3 0-6 .4-8 2zM12 6.500v14"/>',
  search: '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.500 5.500"/>',
  model:
    '<circle cx="6" cy="7" r="2"/><circle cx="6" cy="17" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="18" cy="7" r="2"/><circle cx="18" cy="17" r="2"/><path d="m7.500 8.400 3 2.300M7.500 15.600l3-2.300M13.500 10.700l3-2.300M13.500 13.300l3 2.300"/>',
  mail: '<rect x="3.5" y="5.5" width="17" height="13" rx="1.5"/><path d="m4 7 8 6 8-6"/>',
};

/** The picture as inline SVG; decoration, so not read out. */
export function svg(icon: Icon): string {
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${outlines[icon]}</svg>`;
}
