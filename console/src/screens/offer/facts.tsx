import type { ReactNode } from 'react'
import { useText, useWords } from '../../text'
import { count, money } from '../../text/number'
import { clock } from '../../text/time'
import type { Offer } from '../../types'
import { useWhen } from '../../ui/viewer'
import type { Terms } from './api'
import { useShopNames } from './places'
import { room } from './words'

/** Promised is what an offer's vouchers promise; an offer has it, and each of its revisions. */
export type Promised = Pick<Terms, 'title' | 'body' | 'value_fen' | 'currency' | 'unit' | 'units' | 'min_spend_fen' | 'redeem_from' | 'redeem_by' |
  'days_after_claim' | 'blackout' | 'shop_ids' | 'per_member' | 'per_household'>

/** promiseOf is what an offer promises now. */
export function promiseOf(o: Offer): Promised {
  return {
    ...o, unit: o.unit ?? 'use', units: o.units ?? 1, min_spend_fen: o.min_spend_fen ?? 0, redeem_from: o.redeem_from ?? 0, days_after_claim: o.days_after_claim ?? 0,
    blackout: o.blackout ?? [], shop_ids: o.shop_ids ?? [], per_household: o.per_household ?? 0,
  }
}

type Row = { name: string; label: string; text: ReactNode }

const week = [1, 2, 3, 4, 5, 6, 0] as const

/** useSaid puts what is promised into words, a line for each thing; what is not limited has no line. */
export function useSaid() {
  const shopNames = useShopNames()
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const days = (b: Promised['blackout'][number]) => (b.days.length === 7 ? w('said.everyDay') : week.filter((d) => b.days.includes(d)).map((d) => w(`dayName.${d}`)).join(lang === 'en' ? ', ' : '、'))
  return (p: Promised): Row[] => {
    const worth = p.currency ? money(p.value_fen, p.currency, lang) : '—'
    const rows: (Row | false)[] = [
      { name: 'value', label: w('value'), text: p.unit === 'fen' ? w('said.amount', { worth }) : p.units > 1 ? w('said.uses', { worth, n: p.units }) : worth },
      p.min_spend_fen > 0 && { name: 'min_spend', label: w('said.minSpend'), text: money(p.min_spend_fen, p.currency, lang) },
      { name: 'per', label: w('said.limit'), text: [p.per_member > 0 && w('said.perMember', { n: count(p.per_member, lang) }), p.per_household > 0 && w('said.perHousehold', { n: count(p.per_household, lang) })].filter(Boolean).join(lang === 'en' ? '; ' : '，') || '—' },
      { name: 'good', label: w('said.good'), text: [p.redeem_from > 0 && w('said.from', { when: say(p.redeem_from) }), p.redeem_by > 0 && w('said.by', { when: say(p.redeem_by) }), p.days_after_claim > 0 && w('said.days', { n: p.days_after_claim })].filter(Boolean).join(lang === 'en' ? ', ' : '，') || '—' },
      p.blackout.length > 0 && { name: 'blackout', label: w('said.blackout'), text: p.blackout.map((b) => `${days(b)} ${clock(b.from)}–${b.to === 1440 ? '24:00' : clock(b.to)}${b.to <= b.from ? ` ${w('blackout.overnight')}` : ''}`).join(lang === 'en' ? '; ' : '；') },
      { name: 'shops', label: w('said.where'), text: p.shop_ids.length === 0 ? w('said.everyShop') : p.shop_ids.every((id) => shopNames[id]) ? p.shop_ids.map((id) => shopNames[id]).join(lang === 'en' ? ', ' : '、') : w('said.shops', { n: p.shop_ids.length }) },
    ]
    return rows.filter((r) => r !== false)
  }
}

/** PromiseRows are the rows of a list of facts. */
export function PromiseRows({ of }: { of: Promised }) {
  const said = useSaid()
  return said(of).map((r) => <div key={r.name}><dt>{r.label}</dt><dd>{r.text}</dd></div>)
}

/** AudienceRow says who may claim an offer, unless everybody may. */
export function AudienceRow({ offer }: { offer: Offer }) {
  const w = useWords(room)
  if (!offer.audience || offer.audience === 'all') return null
  const n = offer.audience_ids?.length ?? 0
  return <div><dt>{w('audience')}</dt><dd>{w(offer.audience === 'groups' ? 'said.groups' : 'said.tags', { n })}</dd></div>
}
