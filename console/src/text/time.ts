import type { Lang } from '../types'

const locale = (lang: Lang) => (lang === 'en' ? 'en-GB' : 'zh-Hans-CN')

const made = new Map<string, Intl.DateTimeFormat>()

function formatter(lang: Lang, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${zone} ${JSON.stringify(options)}`
  let found = made.get(key)
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(locale(lang), { ...options, timeZone: zone })))
  return found
}

function parts(ms: number, zone: string) {
  const f = formatter('en', zone, {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  })
  const p = Object.fromEntries(f.formatToParts(ms).map((x) => [x.type, Number(x.value)]))
  return { y: p.year ?? 0, mo: p.month ?? 1, d: p.day ?? 1, h: p.hour ?? 0, mi: p.minute ?? 0, s: p.second ?? 0 }
}

/** offsetAt is how many minutes the clocks of a zone are ahead of UTC at a moment, as this browser's zone data has it. */
export function offsetAt(ms: number, zone: string): number {
  const p = parts(ms, zone)
  return Math.round((Date.UTC(p.y, p.mo - 1, p.d, p.h, p.mi, p.s) - ms) / 60_000)
}

/** dayOf numbers the local calendar days of a zone. */
function dayOf(ms: number, zone: string): number {
  const p = parts(ms, zone)
  return Date.UTC(p.y, p.mo - 1, p.d) / 86_400_000
}

/** when says a moment as a person would: today, tomorrow or the weekday and date, and the time, in the zone given. */
export function when(ms: number, zone: string, now: number, lang: Lang): string {
  const time = formatter(lang, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms)
  const days = dayOf(ms, zone) - dayOf(now, zone)
  if (days === 0 || days === 1 || days === -1) {
    const word = new Intl.RelativeTimeFormat(locale(lang), { numeric: 'auto' }).format(days, 'day')
    return `${word} ${time}`
  }
  return `${day(ms, zone, now, lang)} ${time}`
}

/** day is the weekday and date, with the year if it is not this one. */
export function day(ms: number, zone: string, now: number, lang: Lang): string {
  const date: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' }
  if (parts(ms, zone).y !== parts(now, zone).y) date.year = 'numeric'
  const text = formatter(lang, zone, date).format(ms)
  const week = formatter(lang, zone, { weekday: 'short' }).format(ms)
  return lang === 'en' ? `${week} ${text}` : `${text} ${week}`
}

/** zoneName is what people call the zone: Pacific Time, 北美太平洋时间. */
export function zoneName(zone: string, lang: Lang): string {
  const f = formatter(lang, zone, { timeZoneName: 'longGeneric' })
  return f.formatToParts(Date.now()).find((p) => p.type === 'timeZoneName')?.value ?? zone
}

/** span is a length of time in its largest whole unit. */
export function span(ms: number, lang: Lang): string {
  const hours = ms / 3_600_000
  const [n, unit] = hours % 24 === 0 && hours > 24 ? [hours / 24, 'day'] : hours >= 1 ? [hours, 'hour'] : [ms / 60_000, 'minute']
  const f = new Intl.NumberFormat(locale(lang), { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 })
  return f.format(n).replace(/(\d)(?=\p{Script=Han})/gu, '$1 ')
}

/** clock is minutes after midnight as 22:00. */
export function clock(minutes: number): string {
  return [Math.floor(minutes / 60) % 24, minutes % 60].map((n) => String(n).padStart(2, '0')).join(':')
}

/** toInput is a moment as the value of a datetime-local input that shows the zone's wall clock. */
export function toInput(ms: number, zone: string): string {
  const p = parts(ms, zone)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(p.y).padStart(4, '0')}-${two(p.mo)}-${two(p.d)}T${two(p.h)}:${two(p.mi)}`
}

/** fromInput is the moment a datetime-local input means on the zone's wall clock; NaN if it is empty. */
export function fromInput(value: string, zone: string): number {
  const wall = Date.parse(`${value}Z`)
  if (Number.isNaN(wall)) return NaN
  const offset = (ms: number) => {
    const p = parts(ms, zone)
    return Date.UTC(p.y, p.mo - 1, p.d, p.h, p.mi, p.s) - Math.floor(ms / 1000) * 1000
  }
  const guess = wall - offset(wall) // off by the change if the clocks change in between, hence once more
  return wall - offset(guess)
}
