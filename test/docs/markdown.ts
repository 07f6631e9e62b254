export interface Section {
  title: string;
  level: number;
  /** What stands below the heading, down to the next heading of any level. */
  text: string;
}

const fence = /^ *(?:```|~~~)/;

/** The sections of a Markdown document, in its order. Lines that begin with # inside of a code block are no headings. */
export function sectionsOf(document: string): Section[] {
  const sections: Section[] = [];
  let inCode = false;
  for (const line of document.split('\n')) {
    if (fence.test(line)) inCode = !inCode;
    const heading = inCode ? null : /^(#+) (.*)$/.exec(line);
    if (heading) sections.push({ title: heading[2] ?? '', level: (heading[1] ?? '').length, text: '' });
    else {
      const section = sections.at(-1);
      if (section) section.text += `${line}\n`;
    }
  }
  return sections;
}

/** GitHub's anchor of a heading. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The targets of the links of a document, without those in code. */
export function linksOf(document: string): string[] {
  const prose = document.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? '');
}
