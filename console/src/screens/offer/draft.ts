import { minorDigits, toMinor, whole } from '../../text/number'
import { clock, fromInput, toInput } from '../../text/time'
import type { NewOffer, Offer } from '../../types'
import type { DraftBody } from './api'
import type { W } from './words'

/** Span is when vouchers are refused, as it is typed. */
export interface Span { days: number[]; from: string; to: string }

/** Spoken is what readers of one more language see; without a locale, the card's title and picture of the offer's own words. */
export interface Spoken { locale: '' | Locale; title: string; body: string; card_title: string; picture_id: string }
export type Locale = (typeof locales)[number]

/** ownPicture is the picture of the offer's own words; empty: the plain one. */
export const ownPicture = (words: Spoken[]) => words.find((x) => x.locale === '')?.picture_id ?? ''

/** withPicture gives the offer's own words a picture, or takes it. */
export function withPicture(words: Spoken[], picture_id: string): Spoken[] {
  const own = words.find((x) => x.locale === '') ?? { locale: '' as const, title: '', body: '', card_title: '', picture_id: '' }
  const kept = words.filter((x) => x.locale !== '')
  return picture_id || own.card_title ? [{ ...own, picture_id }, ...kept] : kept
}

/** The languages an offer may also be written in. */
export const locales = ['zh-Hans', 'zh-Hant', 'en'] as const

/** Draft is the form as it is typed; times are on the wall clock of the community's zone. */
export interface Draft {
  title: string
  body: string
  category: string
  ad_label: string
  words: Spoken[]
  unit: 'use' | 'fen'
  units: string
  value: string
  currency: string
  min_spend: string
  stock: string
  per_member: string
  per_household: string
  starts_at: string
  ends_at: string
  redeem_from: string
  redeem_by: string
  days: string
  blackout: Span[]
  audience: 'all' | 'groups' | 'tag'
  audience_ids: string[]
  shop_ids: string[]
  priority: number
  target_reach: number
}

export type Name = keyof Draft

/** Wrong says what is to be changed, by field. */
export type Wrong = Partial<Record<Name, string>>

/** Part is what every part of the form is given. */
export interface Part { d: Draft; set: (part: Partial<Draft>) => void; wrong: Wrong }

const day = 86_400_000

/** The words a post may begin with to say that it is advertising. */
export const adLabels = ['广告', '廣告', 'Ad', 'Advertisement', 'Sponsored'] as const

/** blank is a form with what most offers want: from tomorrow morning, for two weeks, good for a month. */
export function blank(now: number, zone: string): Draft {
  const morning = `${toInput(now + day, zone).slice(0, 10)}T09:00`
  const start = fromInput(morning, zone)
  return {
    title: '', body: '', category: '', ad_label: adLabels[0], words: [], unit: 'use', units: '1', value: '', currency: currencyOf(zone), min_spend: '',
    stock: '100', per_member: '1', per_household: '', starts_at: morning, ends_at: toInput(start + 14 * day, zone),
    redeem_from: '', redeem_by: toInput(start + 30 * day, zone), days: '', blackout: [], audience: 'all', audience_ids: [], shop_ids: [],
    priority: 0, target_reach: 0,
  }
}

export const currencies = ['CNY', 'CAD', 'USD', 'HKD', 'AUD', 'GBP', 'EUR', 'JPY', 'SGD'] as const

function currencyOf(zone: string): string {
  if (/^Asia\/(Shanghai|Urumqi|Chongqing|Harbin)$/.test(zone)) return 'CNY'
  const known: Record<string, string> = {
    'America/Vancouver': 'CAD', 'America/Toronto': 'CAD', 'America/Edmonton': 'CAD', 'Asia/Hong_Kong': 'HKD',
    'Australia/Sydney': 'AUD', 'Australia/Melbourne': 'AUD', 'Europe/London': 'GBP', 'Asia/Tokyo': 'JPY', 'Asia/Singapore': 'SGD',
  }
  return known[zone] ?? (zone.startsWith('Europe/') ? 'EUR' : 'USD')
}

/** typed is an amount as it is typed into a field; nothing if there is none. */
function typed(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  return minor > 0 ? (minor / 10 ** digits).toFixed(minor % 10 ** digits === 0 ? 0 : digits) : ''
}

const count = (n: number | undefined) => (n ? String(n) : '')

/** draftOf is an offer in the form. */
export function draftOf(o: Offer, zone: string): Draft {
  const moment = (ms: number | undefined) => (ms ? toInput(ms, zone) : '')
  return {
    title: o.title, body: o.body, category: o.category ?? '', ad_label: o.ad_label || adLabels[0],
    words: (o.words ?? []).map((x) => ({ locale: x.locale, title: x.title ?? '', body: x.body ?? '', card_title: x.card_title ?? '', picture_id: x.picture_id ?? '' })),
    unit: o.unit === 'fen' ? 'fen' : 'use', units: o.unit === 'fen' ? '1' : count(o.units) || '1',
    value: o.value_fen === 0 && o.title ? '0' : typed(o.value_fen, o.currency || 'CNY'), currency: o.currency || currencyOf(zone), min_spend: typed(o.min_spend_fen ?? 0, o.currency || 'CNY'),
    stock: count(o.stock), per_member: count(o.per_member), per_household: count(o.per_household),
    starts_at: moment(o.starts_at), ends_at: moment(o.ends_at), redeem_from: moment(o.redeem_from), redeem_by: moment(o.redeem_by), days: count(o.days_after_claim),
    blackout: (o.blackout ?? []).map((b) => ({ days: b.days, from: clock(b.from), to: clock(b.to) })),
    audience: o.audience || 'all', audience_ids: o.audience_ids ?? [], shop_ids: o.shop_ids ?? [], priority: o.priority ?? 0, target_reach: o.target_reach ?? 0,
  }
}

const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

/** written is the form as the server takes it; what cannot be read is NaN, what may be empty and is, is nothing. */
export function written(d: Draft, zone: string): NewOffer {
  const optional = (text: string, max: number) => (text.trim() === '' ? 0 : whole(text, 0, max))
  return {
    title: d.title.trim(), body: d.body.trim(), category: d.category.trim(), ad_label: d.ad_label as NewOffer['ad_label'], words: d.words,
    unit: d.unit, units: d.unit === 'fen' ? 0 : whole(d.units, 1, 1_000), value_fen: toMinor(d.value, d.currency), currency: d.currency,
    min_spend_fen: d.min_spend.trim() === '' ? 0 : toMinor(d.min_spend, d.currency),
    stock: whole(d.stock, 1, 1_000_000), per_member: whole(d.per_member, 1, 100), per_household: optional(d.per_household, 100),
    starts_at: fromInput(d.starts_at, zone), ends_at: fromInput(d.ends_at, zone), redeem_by: fromInput(d.redeem_by, zone),
    redeem_from: d.redeem_from ? fromInput(d.redeem_from, zone) : 0, days_after_claim: optional(d.days, 3_650),
    blackout: d.blackout.map((b) => ({ days: b.days, from: minutes(b.from), to: minutes(b.to) || 24 * 60 })),
    audience: d.audience, audience_ids: d.audience === 'all' ? [] : d.audience_ids, shop_ids: d.shop_ids, priority: d.priority, target_reach: d.target_reach,
  }
}

/** check reads the form; wrong is empty if the offer can be handed in. */
export function check(d: Draft, now: number, zone: string, w: W): { offer: NewOffer; wrong: Wrong } {
  const wrong: Wrong = {}
  const offer = written(d, zone)
  const number = (name: Name, n: number | undefined, min: number, max: number) => { if (Number.isNaN(n)) wrong[name] = w('number', { min, max: max.toLocaleString('en') }) }
  if (!offer.title) wrong.title = w('need')
  else if ([...offer.title].length > 60) wrong.title = w('tooLong', { max: 60 })
  if (!offer.body) wrong.body = w('need')
  else if ([...offer.body].length > 500) wrong.body = w('tooLong', { max: 500 })
  if ([...d.category.trim()].length > 32) wrong.category = w('tooLong', { max: 32 })
  if (d.words.some((x) => x.locale && (!x.title.trim() || !x.body.trim()))) wrong.words = w('words.need')
  if (Number.isNaN(offer.value_fen)) wrong.value = w('money')
  else if (d.unit === 'fen' && offer.value_fen === 0) wrong.value = w('money')
  if (Number.isNaN(offer.min_spend_fen)) wrong.min_spend = w('money')
  number('units', offer.units, 1, 1_000)
  number('stock', offer.stock, 1, 1_000_000)
  number('per_member', offer.per_member, 1, 100)
  number('per_household', offer.per_household, 1, 100)
  number('days', offer.days_after_claim, 1, 3_650)
  for (const name of ['starts_at', 'ends_at', 'redeem_by'] as const) if (Number.isNaN(offer[name])) wrong[name] = w('need')
  if (offer.ends_at <= offer.starts_at) wrong.ends_at = w('order')
  else if (offer.ends_at <= now) wrong.ends_at = w('past')
  if (offer.redeem_by < offer.ends_at) wrong.redeem_by = w('redeemOrder')
  if ((offer.redeem_from ?? 0) >= offer.redeem_by) wrong.redeem_from = w('fromOrder')
  if (d.blackout.some((b) => b.days.length === 0 || !b.from || !b.to)) wrong.blackout = w('blackout.need')
  if (d.audience !== 'all' && d.audience_ids.length === 0) wrong.audience_ids = w('audience.need')
  return { offer, wrong }
}

/** order is in which the fields stand on the page: the first wrong one gets the focus. */
export const order: Name[] = ['title', 'body', 'category', 'ad_label', 'words', 'value', 'currency', 'unit', 'units', 'min_spend', 'stock', 'per_member', 'per_household',
  'starts_at', 'ends_at', 'redeem_from', 'redeem_by', 'days', 'blackout', 'audience', 'audience_ids', 'shop_ids']

/** fieldOf is the form's name for a field the server complains about. */
export function fieldOf(name: string | undefined): Name | undefined {
  if (name === undefined) return undefined
  const others: Record<string, Name> = { value_fen: 'value', min_spend_fen: 'min_spend', days_after_claim: 'days' }
  if (name.startsWith('words')) return 'words'
  return others[name] ?? order.find((known) => known === name)
}

/** unfinished is the form as a draft is kept: what is missing or cannot be read yet is left out. */
export function unfinished(d: Draft, zone: string): DraftBody {
  const all = written(d, zone)
  const kept = Object.entries(all).filter(([, value]) => !Number.isNaN(value))
  return { ...Object.fromEntries(kept), words: d.words.filter((x) => !x.locale || (x.title.trim() && x.body.trim())), blackout: (all.blackout ?? []).filter((b) => b.days.length > 0 && !Number.isNaN(b.from)) }
}
