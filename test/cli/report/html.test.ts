import fc from '../../support/fast-check';
import { escapeHtml, html, link } from '../../../cli/report/page/html';
import { parseHTML } from 'linkedom';

interface Parsed {
  document: {
    querySelector(selector: string): { textContent: string; getAttribute(name: string): string } | null;
  };
}
const parse = (text: string): Parsed['document'] => (parseHTML(text) as unknown as Parsed).document;

test('text is text again when it is read, between tags and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      const element = parse(html`<p title="${text}">${text}</p>`.text).querySelector('p');
      expect([element?.textContent, element?.getAttribute('title')]).toEqual([text, text]);
    }),
  );
});

test.each(['<script>', '" onload="x', "' onload='x", '</p>', '&lt;'])('%s has no meaning left', (text) => {
  expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!\w+;|#39;)/);
});

test('templates, lists and nothing', () => {
  expect(html`${[html`<b>1</b>`, '<']}${undefined}${false}${0}`.text).toBe('<b>1</b>&lt;0');
});

test.each(['javascript:alert(1)', 'http://plain.example', 'data:text/html,x', 'x', undefined])(
  '%s is not linked to',
  (href) => {
    expect(link('name', href).text).toBe('name');
  },
);

test('a page is linked to without telling it from where', () => {
  expect(link('<a>', 'https://a.example/?x="').text).toBe(
    '<a href="https://a.example/?x=&quot;" rel="noopener noreferrer">&lt;a&gt;</a>',
  );
});
