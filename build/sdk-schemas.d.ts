/** The source of a file of the SDK's schemas with the texts of its own constants in place of the keys that name them. */
export declare function withLiteralKeys(source: string): string;
