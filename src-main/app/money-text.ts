/** "0.0125" as a person of this place reads dollars: "$0.0125", cents always shown. */
export type MoneyText = (decimal: string) => string;

export function moneyText(locale: string): MoneyText {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
  return (decimal) => (isNumber(decimal) ? format.format(decimal) : decimal);
}

/** The formatter reads decimals as text, so no digit is lost to a float. */
const isNumber = (text: string): text is `${number}` => /^-?\d+(\.\d+)?$/.test(text);
