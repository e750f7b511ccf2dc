const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in HTML, in an element and in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

/** A whole HTML document that loads nothing but the style sheet and, where given, one script of the home page. */
export function htmlDocument(page: {
  readonly title: string;
  /** Where the files of the home page are: empty on the home page itself. */
  readonly origin: string;
  readonly styleSheets: readonly string[];
  readonly script?: string;
  readonly refreshSeconds?: number;
  readonly bodyClass: string;
  readonly body: string;
}): string {
  const refresh =
    page.refreshSeconds === undefined ? "" : `\n<meta http-equiv="refresh" content="${page.refreshSeconds}">`;
  const script =
    page.script === undefined ? "" : `\n<script type="module" src="${escapeHtml(page.script)}"></script>`;
  const styles = page.styleSheets
    .map((href) => `<link rel="stylesheet" href="${escapeHtml(page.origin + href)}">`)
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${refresh}
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="${escapeHtml(page.origin)}/icon.svg">
${styles}${script}
</head>
<body class="${page.bodyClass}">
${page.body}
</body>
</html>
`;
}
