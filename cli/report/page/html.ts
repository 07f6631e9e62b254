/** A piece of HTML: text in it has been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text, which is escaped; HTML, which is not; lists of both; nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/**
 * A template of HTML. Everything put into it is escaped, unless it was made by a template itself: so nothing that comes
 * from outside becomes a tag. Attributes must be quoted.
 *
 * @example
 * html`<p title="${name}">${name}</p>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.reduce((text, part, index) => text + textOf(values[index - 1]) + part, ''));
}

function textOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escapeHtml(value);
  return typeof value === 'number' ? String(value) : value.map(textOf).join('');
}

/** A link to a page of the web; plain text where the address is no such page: a name may be anything, `javascript:` too. */
export function link(text: string, href: string | undefined): Html {
  return href !== undefined && href.startsWith('https://')
    ? html`<a href="${href}" rel="noopener noreferrer">${text}</a>`
    : html`${text}`;
}
