import { useText, useWords } from '../../text'
import { type Condition, type Rule, usePicks } from './api'
import { ruleWords } from './rulewords'

/** Typed is a condition as it is typed: numbers are text until they are checked. */
export interface Typed {
  key: number
  kind: Condition['kind']
  not: boolean
  ids: string[]
  langs: NonNullable<Condition['langs']>
  times: string
  days: string
}

const day = 86_400_000
const mostTimes = 1000
const mostDays = 3650

export const kinds: Condition['kind'][] = ['entry', 'video', 'follow', 'group', 'visit', 'claim', 'redeem', 'lang']

/** hasIds, hasTimes and hasDays tell what a condition of a kind can say more closely. */
export const hasIds = (kind: Condition['kind']) => kind !== 'follow' && kind !== 'visit' && kind !== 'lang'
export const hasTimes = (kind: Condition['kind']) => kind === 'visit' || kind === 'claim' || kind === 'redeem'
export const hasDays = (kind: Condition['kind']) => kind !== 'group' && kind !== 'lang'

export function blank(key: number): Typed {
  return { key, kind: 'claim', not: false, ids: [], langs: [], times: '1', days: '' }
}

/** typed makes a rule into what the form shows. */
export function typed(rule: Rule | undefined): Typed[] {
  return (rule?.all ?? []).map((c, key) => ({
    key, kind: c.kind, not: c.not ?? false, ids: c.ids ?? [], langs: c.langs ?? [], times: String(Math.max(1, c.at_least ?? 0)),
    days: c.within ? String(Math.max(1, Math.round(c.within / day))) : '',
  }))
}

export type WrongTyped = { times?: boolean; days?: boolean; langs?: boolean }

/** wrongTyped says what is wrong with a condition as it is typed; undefined if nothing is. */
export function wrongTyped(c: Typed): WrongTyped | undefined {
  const wrong = {
    times: hasTimes(c.kind) && !fits(c.times, mostTimes),
    days: hasDays(c.kind) && c.days.trim() !== '' && !fits(c.days, mostDays),
    langs: c.kind === 'lang' && c.langs.length === 0,
  }
  return wrong.times || wrong.days || wrong.langs ? wrong : undefined
}

export const limits = { times: mostTimes, days: mostDays }

function fits(text: string, max: number): boolean {
  const n = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0
  return n >= 1 && n <= max
}

/** ruleOf makes what was typed into a rule; only what a condition's kind can say is kept. */
export function ruleOf(all: Typed[]): Rule {
  return {
    all: all.map((c) => ({
      kind: c.kind,
      ...(c.not && { not: true }),
      ...(hasIds(c.kind) && c.ids.length > 0 && { ids: c.ids }),
      ...(c.kind === 'lang' && { langs: c.langs }),
      ...(hasTimes(c.kind) && Number(c.times) > 1 && { at_least: Number(c.times) }),
      ...(hasDays(c.kind) && c.days.trim() && { within: Number(c.days) * day }),
    })),
  }
}

/** useRuleText says a rule in one sentence. */
export function useRuleText(): (rule: Rule) => string {
  const w = useWords(ruleWords)
  const { lang } = useText()
  const known = [usePicks('entry').data, usePicks('video').data, usePicks('group').data, usePicks('claim').data].flatMap((x) => x ?? [])
  const named = (c: Condition) => {
    const names = c.kind === 'lang' ? (c.langs ?? []).map((l) => w(`lang.${l}`))
      : (c.ids ?? []).map((id) => known.find((k) => k.id === id)?.name ?? w('say.gone'))
    if (names.length === 0) return ''
    const few = names.slice(0, 2).join(w('say.join'))
    return w('say.which', { names: names.length > 2 ? w('say.more', { names: few, n: names.length }) : few })
  }
  const one = (c: Condition) => {
    const extra = [
      (c.at_least ?? 0) > 1 && w('say.times', { n: c.at_least ?? 0 }),
      c.within && w('say.within', { n: Math.round(c.within / day) }),
    ].filter((x): x is string => typeof x === 'string')
    const what = w(c.not ? `not.${c.kind}` : `say.${c.kind}`, { which: named(c) })
    return extra.length > 0 ? what + w('say.extra', { what: extra.join(lang === 'en' ? ', ' : '，') }) : what
  }
  return (rule) => rule.all.map(one).join(w('say.and'))
}
