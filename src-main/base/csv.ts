/** A row of a table (RFC 4180), with the end of its line. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const formula = '[=+\\-@＝＋－＠]';
const formulaAtBegin = new RegExp(`^[\\s\\0]*${formula}|^[\\t\\r\\n]`, 'u');
/** A spreadsheet set to another country's habits splits at these too, wherever we put our quotes. */
const formulaAfterBreak = new RegExp(`[;|\\t\\r\\n](?=[\\s\\0"]*${formula})`, 'gu');

/**
 * Names, addresses and URLs come from outside, and a spreadsheet runs a cell that begins like a formula: such a one gets an
 * apostrophe in front, which a spreadsheet takes for "this is text".
 */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const inner = value.replace(formulaAfterBreak, "$&'");
  const text = formulaAtBegin.test(value) ? `'${inner}` : inner;
  return /[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
