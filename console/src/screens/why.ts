import type { T } from '../text'
import { clock, span } from '../text/time'
import type { Group, Lang, Reason } from '../types'

/** why says a reason for which a post is held in words, with the group's own rule in it. */
export function why(reason: Reason, group: Group, brand: string, t: T, lang: Lang): string {
  const p = group.policy
  const week = 7 * 86_400_000
  switch (reason) {
    case 'group_cap':
      if (!p) return t('group.noRules')
      return p.group_window === week && group.posts_7d >= p.group_cap
        ? t('why.group_cap_now', { n: group.posts_7d, cap: p.group_cap })
        : t('why.group_cap', { cap: p.group_cap, window: span(p.group_window, lang) })
    case 'min_gap':
      return t('why.min_gap', { gap: span(p?.min_gap ?? 0, lang) })
    case 'brand_cap':
      return p && brand
        ? t('why.brand_cap', { brand, cap: p.brand_cap, window: span(p.brand_window, lang) })
        : t('why.brand_cap_plain')
    case 'quiet_hours':
      return p ? t('why.quiet_hours', { from: clock(p.quiet_start), to: clock(p.quiet_end) }) : t('why.quiet_plain')
    default:
      return t(`why.${reason}`)
  }
}

// Keyed, so that a reason the API adds does not compile until it has its words.
const reasons: Record<Reason, true> = {
  group_cap: true, min_gap: true, brand_cap: true, offer_once: true, quiet_hours: true, window_short: true, paused: true,
  not_started: true, offer_ended: true, clock_behind: true, debt: true, no_policy: true, owner_silent: true, owner_skipped: true, owner_cannot: true, task_failed: true,
  stopped: true, clock_suspect: true, vetoed: true, unapproved: true, held_out: true, excluded: true, refusals: true,
  ad_label: true, breaker: true, fatigue: true, exposure: true, overlap: true, ratio: true, category_cap: true,
  rival: true, offer_cap: true, platform: true, turn: true, owner_day: true, gone: true, live_card: true, sold_out: true,
}

/** isReason tells a reason from other words. */
export function isReason(word: string): word is Reason {
  return Object.hasOwn(reasons, word)
}
