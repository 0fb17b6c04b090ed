import { toInput } from '../../text/time'
import type { Attachment, Audience, NewPiece, Picture, Piece, Plan, Schedule } from './api'

export type Repeat = 'none' | Schedule['repeat']

/** Draft is a piece as it stands in the form. */
export interface Draft {
  title: string
  text: string
  picture: Picture | null
  card: 'none' | Attachment['kind']
  cardTitle: string
  cardDesc: string
  cardURL: string
  audience: Audience['kind']
  groups: string[]
  repeat: Repeat
  start: string
  time: string
  every: string
  days: number[]
  monthly: 'day' | 'last' | 'weekday'
  until: string
  except: string[]
  zone: string
  hours: string
  exact: boolean
}

export type Field = 'title' | 'text' | 'cardTitle' | 'cardURL' | 'groups' | 'start' | 'time' | 'every' | 'days' | 'until'
export type Wrong = Partial<Record<Field, 'need' | 'long' | 'days' | 'groups' | 'every' | 'url' | 'until'>>

const day = 86_400_000
export const longestText = 4000

/** bytes is how much room a text takes at WeChat, where a Chinese character is three. */
export const bytes = (text: string) => new TextEncoder().encode(text).length

export function empty(now: number, zone: string, group?: string): Draft {
  return {
    title: '', text: '', picture: null, card: 'none', cardTitle: '', cardDesc: '', cardURL: '',
    audience: group ? 'chosen' : 'all', groups: group ? [group] : [], repeat: 'once', start: toInput(now + day, zone).slice(0, 10), time: '19:30',
    every: '1', days: [], monthly: 'day', until: '', except: [], zone: '', hours: '4', exact: false,
  }
}

export function draftOf(p: Piece, now: number, zone: string): Draft {
  const s = p.schedule
  const clock = (n: number) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`
  return {
    ...empty(now, zone),
    title: p.title, text: p.text, picture: p.picture ?? null,
    card: p.attachment?.kind ?? 'none', cardTitle: p.attachment?.title ?? '', cardDesc: p.attachment?.desc ?? '', cardURL: p.attachment?.url ?? '',
    audience: p.audience.kind, groups: p.audience.groups ?? [], zone: p.zone, hours: String(Math.max(1, Math.round((p.window || 4 * 3_600_000) / 3_600_000))), exact: p.exact,
    repeat: s?.repeat ?? 'none',
    ...(s ? {
      start: s.start, time: clock(s.minute), every: String(s.every || 1), days: s.days ?? [], until: s.until ?? '', except: s.except ?? [],
      monthly: s.nth ? 'weekday' as const : s.month_day === -1 ? 'last' as const : 'day' as const,
    } : {}),
  }
}

/** dateOf reads the weekday (Monday 1), the day of the month and which such weekday of its month a date is. */
export function dateOf(date: string): { weekday: number; day: number; nth: number } {
  const d = new Date(`${date}T00:00:00Z`)
  const n = d.getUTCDate()
  return { weekday: ((d.getUTCDay() + 6) % 7) + 1, day: n, nth: n > 28 ? -1 : Math.ceil(n / 7) }
}

function scheduleOf(d: Draft): Schedule | null {
  if (d.repeat === 'none') return null
  const [h = 0, m = 0] = d.time.split(':').map(Number)
  const at = dateOf(d.start)
  return {
    start: d.start, minute: h * 60 + m, repeat: d.repeat,
    ...(d.repeat !== 'once' ? { every: Number(d.every), until: d.until, except: d.except } : {}),
    ...(d.repeat === 'weekly' ? { days: d.days.length > 0 ? [...d.days].sort() : [at.weekday] } : {}),
    ...(d.repeat === 'monthly' ? (d.monthly === 'weekday' ? { nth: at.nth, weekday: at.weekday } : { month_day: d.monthly === 'last' ? -1 : at.day }) : {}),
  }
}

export function planOf(d: Draft): Plan {
  return {
    audience: d.audience === 'chosen' ? { kind: 'chosen', groups: d.groups } : { kind: d.audience },
    schedule: scheduleOf(d), zone: d.zone, window: Number(d.hours) * 3_600_000, exact: d.exact,
  }
}

export function pieceOf(d: Draft): NewPiece {
  return {
    ...planOf(d), title: d.title.trim(), text: d.text.trim(), picture_id: d.picture?.id ?? '',
    attachment: d.card === 'none' ? null : { kind: d.card, title: d.cardTitle.trim(), desc: d.card === 'link' ? d.cardDesc.trim() : '', url: d.cardURL.trim() },
  }
}

/** check finds what cannot be right, field by field. */
export function check(d: Draft): Wrong {
  const wrong: Wrong = {}
  const n = Number(d.every)
  if (!d.title.trim()) wrong.title = 'need'
  if (!d.text.trim() && !d.picture) wrong.text = 'need'
  if (bytes(d.text.trim()) > longestText) wrong.text = 'long'
  if (d.card !== 'none' && !d.cardTitle.trim()) wrong.cardTitle = 'need'
  if (d.card !== 'none' && !d.cardURL.trim()) wrong.cardURL = 'need'
  if (d.card === 'link' && d.cardURL.trim() && !/^https?:\/\/\S+$/.test(d.cardURL.trim())) wrong.cardURL = 'url'
  if (d.audience === 'chosen' && d.groups.length === 0) wrong.groups = 'groups'
  if (d.repeat === 'none') return wrong
  if (!/^\d{4}-\d\d-\d\d$/.test(d.start)) wrong.start = 'need'
  if (!/^\d\d:\d\d$/.test(d.time)) wrong.time = 'need'
  if (d.repeat !== 'once' && !(Number.isInteger(n) && n >= 1 && n <= 99)) wrong.every = 'every'
  if (d.repeat !== 'once' && d.until && d.until < d.start) wrong.until = 'until'
  return wrong
}

/** fieldOf is the field of the form that the server means. */
export function fieldOf(name: string): Field | undefined {
  const known: Record<string, Field> = {
    title: 'title', text: 'text', 'attachment.title': 'cardTitle', 'attachment.url': 'cardURL', url: 'cardURL', groups: 'groups', audience: 'groups', 'audience.groups': 'groups',
    start: 'start', schedule: 'start', minute: 'time', every: 'every', days: 'days', until: 'until',
  }
  return known[name]
}
