import type { T } from '../text'
import { toMinor } from '../text/number'
import { fromInput, toInput } from '../text/time'
import type { NewOffer } from '../types'

/** Draft is the form as it is typed; times are on the wall clock of the community's zone. */
export interface Draft {
  title: string
  body: string
  category: string
  ad_label: string
  value: string
  currency: string
  stock: string
  per_member: string
  starts_at: string
  ends_at: string
  redeem_by: string
}

/** Wrong says what is to be changed, by field. */
export type Wrong = Partial<Record<keyof Draft, string>>

const day = 86_400_000

/** The words a post may begin with to say that it is advertising. */
export const adLabels = ['广告', '廣告', 'Ad', 'Advertisement', 'Sponsored'] as const

/** blank is a form with what most offers want: from tomorrow morning, for two weeks, good for a month. */
export function blank(now: number, zone: string): Draft {
  const morning = `${toInput(now + day, zone).slice(0, 10)}T09:00`
  const start = fromInput(morning, zone)
  return {
    title: '', body: '', category: '', ad_label: adLabels[0], value: '', currency: currencyOf(zone), stock: '100', per_member: '1',
    starts_at: morning, ends_at: toInput(start + 14 * day, zone), redeem_by: toInput(start + 30 * day, zone),
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

/** check reads the form; wrong is empty if the offer can be handed in. */
export function check(d: Draft, now: number, zone: string, t: T): { offer: NewOffer; wrong: Wrong } {
  const wrong: Wrong = {}
  const offer: NewOffer = {
    title: d.title.trim(), body: d.body.trim(), category: d.category.trim(), ad_label: d.ad_label as NewOffer['ad_label'], value_fen: toMinor(d.value, d.currency), currency: d.currency,
    stock: whole(d.stock), per_member: whole(d.per_member), starts_at: fromInput(d.starts_at, zone),
    ends_at: fromInput(d.ends_at, zone), redeem_by: fromInput(d.redeem_by, zone), priority: 0, target_reach: 0,
  }
  const fits = (n: number, min: number, max: number) => n >= min && n <= max
  if (!offer.title) wrong.title = t('form.need')
  else if ([...offer.title].length > 60) wrong.title = t('form.tooLong', { max: 60 })
  if (!offer.body) wrong.body = t('form.need')
  else if ([...offer.body].length > 500) wrong.body = t('form.tooLong', { max: 500 })
  if ([...d.category.trim()].length > 64) wrong.category = t('form.tooLong', { max: 64 })
  if (Number.isNaN(offer.value_fen)) wrong.value = t('form.money')
  if (!fits(offer.stock, 1, 1_000_000)) wrong.stock = t('form.number', { min: 1, max: '1,000,000' })
  if (!fits(offer.per_member, 1, 100)) wrong.per_member = t('form.number', { min: 1, max: 100 })
  for (const name of ['starts_at', 'ends_at', 'redeem_by'] as const) if (Number.isNaN(offer[name])) wrong[name] = t('form.need')
  if (offer.ends_at <= offer.starts_at) wrong.ends_at = t('form.order')
  else if (offer.ends_at <= now) wrong.ends_at = t('form.past')
  if (offer.redeem_by < offer.ends_at) wrong.redeem_by = t('form.redeemOrder')
  return { offer, wrong }
}

function whole(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN
}

/** fieldOf is the form's name for a field the server complains about. */
export function fieldOf(name: string | undefined): keyof Draft | undefined {
  const known: Record<string, keyof Draft> = {
    title: 'title', body: 'body', category: 'category', ad_label: 'ad_label', value_fen: 'value', currency: 'currency', stock: 'stock', per_member: 'per_member',
    starts_at: 'starts_at', ends_at: 'ends_at', redeem_by: 'redeem_by',
  }
  return name === undefined ? undefined : known[name]
}
