/** What a file in HashiCorp's configuration language says; rejects with an Error that names line and column. */
export function parse(name: string, contents: string): Promise<Record<string, unknown>>;
