/** Tags as most services of AWS list them. */
export interface ListedTag {
  Key: string;
  Value: string;
}

/** Tags as a service takes them. */
export const tagList = (tags: Readonly<Record<string, string>>): ListedTag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Tags as a service tells of them; none where it says nothing. */
export const tagsFrom = (
  listed: readonly Partial<Record<keyof ListedTag, string | undefined>>[] = [],
): Record<string, string> => Object.fromEntries(listed.map(({ Key = '', Value = '' }) => [Key, Value]));
