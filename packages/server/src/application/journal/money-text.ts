// Minor units as people read them.

/** `1234` to `12.34`. */
export function amountText(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Such as `GBP 12.34`. */
export function moneyText(currency: string, minor: number): string {
  return `${currency} ${amountText(minor)}`;
}
