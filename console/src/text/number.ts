import type { Lang } from '../types'

const locale = (lang: Lang) => (lang === 'en' ? 'en' : 'zh-Hans-CN')

/** count is a number of people or things; from a hundred thousand on in 万 or K. */
export function count(n: number, lang: Lang): string {
  const big = Math.abs(n) >= 100_000
  return new Intl.NumberFormat(locale(lang), big ? { notation: 'compact', maximumFractionDigits: 1 } : {}).format(n)
}

/** share is a fraction as a percentage; what is more than nothing never shows as 0 %. */
export function share(part: number, whole: number, lang: Lang): string {
  if (whole <= 0) return '—'
  const x = part / whole
  const digits = x > 0 && x < 0.1 ? 1 : 0
  return new Intl.NumberFormat(locale(lang), {
    style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(x)
}

/** minorDigits is how many decimals a currency has: 2 for CNY, 0 for JPY. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** money shows an amount given in minor units; whole amounts without decimals. */
export function money(minor: number, currency: string, lang: Lang): string {
  const digits = minorDigits(currency)
  const whole = minor % 10 ** digits === 0
  return new Intl.NumberFormat(locale(lang), {
    style: 'currency', currency, minimumFractionDigits: whole ? 0 : digits, maximumFractionDigits: digits,
  }).format(minor / 10 ** digits)
}

/** toMinor reads an amount a person typed; NaN if it is none. It works on the digits, since 0.29 * 100 is not 29. */
export function toMinor(text: string, currency: string): number {
  const digits = minorDigits(currency)
  const m = /^(\d{1,9})(?:[.．](\d+))?$/.exec(text.trim())
  if (!m || (m[2] ?? '').length > digits) return NaN
  return Number(m[1] + (m[2] ?? '').padEnd(digits, '0'))
}

/** whole reads a whole number within bounds; NaN if it is none. */
export function whole(text: string, min: number, max: number): number {
  const n = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN
  return n >= min && n <= max ? n : NaN
}
