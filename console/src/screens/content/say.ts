import { useText, useWords } from '../../text'
import { clock, day } from '../../text/time'
import { useWhen } from '../../ui/viewer'
import type { Audience, Schedule } from './api'
import { dateOf } from './draft'
import { room } from './words'

/** useWeekdays names the days of the week, Monday first. */
export function useWeekdays(style: 'short' | 'long' = 'short'): string[] {
  const { lang } = useText()
  const f = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-Hans-CN', { weekday: style, timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, i) => f.format(Date.UTC(2024, 0, 1 + i))) // a Monday
}

/** useSchedule says a schedule in words. */
export function useSchedule() {
  const w = useWords(room)
  const { lang } = useText()
  const { now } = useWhen()
  const names = useWeekdays()
  const date = (text: string) => day(Date.parse(`${text}T00:00:00Z`), 'UTC', now, lang)
  return (s: Schedule | null): string => {
    if (!s) return w('say.none')
    const time = clock(s.minute)
    const n = s.every || 1
    const days = (s.days?.length ? s.days : [dateOf(s.start).weekday]).map((d) => names[d - 1]).join(lang === 'en' ? ', ' : '、')
    const core = s.repeat === 'once' ? w('say.once', { date: date(s.start), time })
      : s.repeat === 'daily' ? (n === 1 ? w('say.daily', { time }) : w('say.dailyN', { n, time }))
      : s.repeat === 'weekly' ? (n === 1 ? w('say.weekly', { days, time }) : w('say.weeklyN', { n, days, time }))
      : `${n === 1 ? w('say.monthly') : w('say.monthlyN', { n })}${monthDay(s)} ${time}`
    return s.repeat !== 'once' && s.until ? w('say.until', { core, date: date(s.until) }) : core
  }
  function monthDay(s: Schedule): string {
    if (s.nth) return w(s.nth === -1 ? 'say.lastWeekday' : 'say.nthWeekday', { nth: s.nth, ordinal: ['', '1st', '2nd', '3rd', '4th'][s.nth] ?? '', day: names[(s.weekday || 1) - 1] ?? '' })
    const d = s.month_day || dateOf(s.start).day
    return d === -1 ? w('say.lastDay') : w('say.day', { d })
  }
}

/** useAudience says to which groups a piece goes. */
export function useAudience() {
  const w = useWords(room)
  return (a: Audience, n: number) => w(a.kind === 'chosen' ? 'aud.chosenN' : `aud.${a.kind}N`, { n })
}
