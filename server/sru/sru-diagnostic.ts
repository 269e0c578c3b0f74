/** The diagnostics of SRU that are answered here (info:srw/diagnostic/1/<number>), with the sentences of the list. */
export const diagnosticMessages = {
  4: 'Unsupported operation',
  5: 'Unsupported version',
  6: 'Unsupported parameter value',
  7: 'Mandatory parameter not supplied',
  8: 'Unsupported parameter',
  10: 'Query syntax error',
  12: 'Too many characters in query',
  13: 'Invalid or unsupported use of parentheses',
  14: 'Invalid or unsupported use of quotes',
  15: 'Unsupported context set',
  16: 'Unsupported index',
  19: 'Unsupported relation',
  20: 'Unsupported relation modifier',
  21: 'Unsupported combination of relation modifiers',
  22: 'Unsupported combination of relation and index',
  23: 'Too many characters in term',
  26: 'Non special character escaped in term',
  27: 'Empty term unsupported',
  28: 'Masking character not supported',
  30: 'Too many masking characters in term',
  31: 'Anchoring character not supported',
  32: 'Anchoring character in unsupported position',
  36: 'Term in invalid format for index or relation',
  38: 'Too many boolean operators in query',
  39: 'Proximity not supported',
  46: 'Unsupported boolean modifier',
  47: 'Cannot process query; reason unknown',
  50: 'Result sets not supported',
  61: 'First record position out of range',
  64: 'Record temporarily unavailable',
  66: 'Unknown schema for retrieval',
  71: 'Unsupported record packing',
  72: 'XPath retrieval unsupported',
  80: 'Sort not supported',
  84: 'Too many sort keys',
  110: 'Stylesheets not supported',
  120: 'Response position out of range',
} as const;

export type DiagnosticNumber = keyof typeof diagnosticMessages;

/** What SRU answers with instead of what was asked. `details`: what the list says of the number, or where the fault lies. */
export class SruDiagnostic extends Error {
  constructor(
    readonly number: DiagnosticNumber,
    readonly details: string,
  ) {
    super(`${number} ${diagnosticMessages[number]}: ${details}`);
    this.name = 'SruDiagnostic';
  }
}
