import type { Problem } from '../problems';
import type { ParsedDocument } from '../schema';

/** A document of which only some values may be well-formed. */
export type PartialDocument = Partial<ParsedDocument>;

/** A rule that holds between parameters: what is wrong with a document, as far as its values are well-formed. */
export type Rule = (document: PartialDocument) => Problem[];
