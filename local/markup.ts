/** Text as it stands in HTML or XML, between tags or in a quoted attribute: also there its line breaks stay what they are. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
