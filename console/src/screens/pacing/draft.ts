import { clock } from '../../text/time'
import type { Cap, Rules } from './types'

/** Draft is a set of rules as it stands in the form: what is empty is no rule. */
export interface Draft {
  group_cap: string; group_window: string // days
  min_gap: string // hours
  brand_cap: string; brand_window: string // days
  offer_spacing: string // days
  caps: CapDraft[]
  platform: Platform
  quiet: boolean; quiet_start: string; quiet_end: string // 22:00
  organic: string
  owner_day: string
  hold_for: string // hours
  min_hold: string // minutes
  rival_gap: string // days
  overlap_percent: string; overlap_gap: string // hours
  exposure_most: string; exposure_window: string; exposure_percent: string // days
  refused_percent: string
  excluded_brands: string[]
  excluded_categories: string[]
  fatigue_off: boolean; fatigue_per_week: string; fatigue_max_score: string; fatigue_worth: string
  holdout_percent: string; holdout_half: string; holdout_days: string
}

/** CapDraft is one further ceiling. */
export interface CapDraft {
  scope: Cap['scope']
  k: string
  per: 'day' | 'week' | 'month' | 'days'
  days: string // of per days
}

/** Platform is how the platform's own ceiling is set; other is one of a kind this form does not know, which it keeps. */
export type Platform = '' | 'month' | 'week' | 'day' | 'other'

const hour = 3_600_000
const day = 24 * hour

const platforms: Record<'month' | 'week' | 'day', Cap> = {
  month: { scope: 'all', k: 1, per: 'month', daily: true },
  week: { scope: 'all', k: 7, per: 'week' },
  day: { scope: 'all', k: 1, per: 'day' },
}

const same = (a: Cap, b: Cap) => a.scope === b.scope && a.k === b.k && (a.window ?? 0) === (b.window ?? 0) && (a.per ?? '') === (b.per ?? '') && !a.daily === !b.daily
const isPlatform = (cap: Cap) => (Object.keys(platforms) as (keyof typeof platforms)[]).find((p) => same(platforms[p], cap))
const shown = (n: number | undefined, unit = 1) => (n ? String(Math.round((n / unit) * 10_000) / 10_000) : '')

/** toDraft puts rules into the form. */
export function toDraft(r: Rules): Draft {
  const caps = r.caps ?? []
  const platform = caps.map(isPlatform).find(Boolean)
  const odd = caps.some((c) => c.daily && !isPlatform(c))
  const f = r.fatigue ?? undefined
  const quiet = (r.quiet_start ?? 0) !== (r.quiet_end ?? 0)
  return {
    group_cap: shown(r.group_cap), group_window: shown(r.group_window, day), min_gap: shown(r.min_gap, hour),
    brand_cap: shown(r.brand_cap), brand_window: shown(r.brand_window, day), offer_spacing: shown(r.offer_spacing, day),
    caps: caps.filter((c) => !c.daily && !isPlatform(c)).map((c) => ({ scope: c.scope, k: String(c.k), per: c.per || 'days', days: shown(c.window, day) })),
    platform: odd ? 'other' : platform ?? '',
    quiet, quiet_start: clock(quiet ? r.quiet_start ?? 0 : 22 * 60), quiet_end: clock(quiet ? r.quiet_end ?? 0 : 8 * 60),
    organic: shown(r.organic), owner_day: shown(r.owner_day), hold_for: shown(r.hold_for, hour), min_hold: shown(r.min_hold, 60_000), rival_gap: shown(r.rival_gap, day),
    overlap_percent: shown(r.overlap_percent), overlap_gap: shown(r.overlap_gap, hour),
    exposure_most: shown(r.exposure_most), exposure_window: shown(r.exposure_window, day), exposure_percent: shown(r.exposure_percent),
    refused_percent: shown(r.refused_percent), excluded_brands: r.excluded_brands ?? [], excluded_categories: r.excluded_categories ?? [],
    fatigue_off: f?.off ?? false, fatigue_per_week: shown(f?.per_week), fatigue_max_score: shown(f?.max_score), fatigue_worth: shown(f?.worth),
    holdout_percent: shown(r.holdout?.percent), holdout_half: shown(r.holdout?.half_percent), holdout_days: shown(r.holdout?.season_days),
  }
}

/** Wrong names the fields of the form that cannot be meant, and the text that says why. */
export type Wrong = Partial<Record<keyof Draft, 'number' | 'whole' | 'pair' | 'cap' | 'same'>>

/** toRules reads the form; before are the rules it was filled from, of which it keeps what it cannot show. */
export function toRules(d: Draft, before: Rules): { rules: Rules; wrong: Wrong } {
  const wrong: Wrong = {}
  const read = (name: keyof Draft, unit = 1, whole = unit === 1): number => {
    const text = String(d[name]).trim().replace('．', '.')
    if (text === '') return 0
    if (!/^\d{1,6}(\.\d{1,4})?$/.test(text)) { wrong[name] = whole ? 'whole' : 'number'; return 0 }
    if (whole && text.includes('.')) { wrong[name] = 'whole'; return 0 }
    return unit === 1 ? Number(text) : Math.round(Number(text) * unit)
  }
  /** pair wants both of two values or none. */
  const pair = (a: keyof Draft, b: keyof Draft) => {
    if ((d[a] === '') !== (d[b] === '')) wrong[d[a] === '' ? a : b] ??= 'pair'
  }
  pair('group_cap', 'group_window')
  pair('brand_cap', 'brand_window')
  pair('overlap_percent', 'overlap_gap')
  pair('exposure_most', 'exposure_window')
  const [qs, qe] = [minutes(d.quiet_start), minutes(d.quiet_end)]
  if (d.quiet && qs === qe) wrong.quiet_end = 'same'
  const rules: Rules = {
    group_cap: read('group_cap'), group_window: read('group_window', day), min_gap: read('min_gap', hour),
    brand_cap: read('brand_cap'), brand_window: read('brand_window', day),
    quiet_start: d.quiet ? qs : 0, quiet_end: d.quiet ? qe : 0,
    hold_for: read('hold_for', hour), min_hold: read('min_hold', 60_000),
    offer_spacing: read('offer_spacing', day), rival_gap: read('rival_gap', day), organic: read('organic'), owner_day: read('owner_day'),
    overlap_percent: read('overlap_percent'), overlap_gap: read('overlap_gap', hour),
    exposure_most: read('exposure_most'), exposure_window: read('exposure_window', day), exposure_percent: read('exposure_percent'),
    refused_percent: read('refused_percent'), excluded_brands: d.excluded_brands, excluded_categories: d.excluded_categories,
    caps: readCaps(d, before, wrong),
  }
  const fatigue = { off: d.fatigue_off, per_week: read('fatigue_per_week', 1, false), max_score: read('fatigue_max_score'), worth: read('fatigue_worth', 1, false) }
  if (fatigue.off || fatigue.per_week || fatigue.max_score || fatigue.worth) rules.fatigue = fatigue
  const holdout = { percent: read('holdout_percent'), half_percent: read('holdout_half'), season_days: read('holdout_days') }
  if (holdout.percent || holdout.half_percent) {
    if (!holdout.season_days) wrong.holdout_days ??= 'pair'
    rules.holdout = holdout
  }
  return { rules, wrong }
}

function readCaps(d: Draft, before: Rules, wrong: Wrong): Cap[] {
  const caps = d.caps.map((c): Cap => {
    const k = Number(c.k)
    const days = Number(c.days)
    if (!Number.isInteger(k) || k < 1 || (c.per === 'days' && !(days > 0))) wrong.caps = 'cap'
    return c.per === 'days' ? { scope: c.scope, k, window: Math.round(days * day) } : { scope: c.scope, k, per: c.per }
  })
  if (d.platform === 'other') caps.push(...(before.caps ?? []).filter((c) => c.daily && !isPlatform(c)))
  else if (d.platform) caps.push(platforms[d.platform])
  return caps
}

/** minutes are the minutes after midnight of 22:00. */
const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

/** The fields of the form that the server's name of a wrong one stands for. */
export function fieldOf(server: string): keyof Draft {
  if (server === 'holdout') return 'holdout_percent'
  if (server === 'fatigue') return 'fatigue_per_week'
  return server as keyof Draft
}
