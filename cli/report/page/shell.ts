import { createHash } from 'node:crypto';
import { html, Html, type HtmlValue } from './html';
import { matrixScript } from './matrix-script';
import { pageStyle } from './page-style';

/**
 * The whole document: one file that asks nobody for anything. Its policy forbids every request, and every script but the
 * one that filters the matrix, which it names by its digest. Styles may stand in attributes, where the widths of columns
 * are; an attribute cannot make a request that the policy would not stop.
 */
export function shell(title: string, body: HtmlValue): string {
  const digest = createHash('sha256').update(matrixScript).digest('base64');
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${digest}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${new Html(`<style>${pageStyle}</style>`)}
      </head>
      <body>
        ${body} ${new Html(`<script>${matrixScript}</script>`)}
      </body>
    </html> `.text;
}
