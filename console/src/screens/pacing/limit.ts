import { useText, useWords } from '../../text'
import { clock, span } from '../../text/time'
import { useBrands } from './api'
import { limitWords } from './limitwords'
import { ruleWords } from './words'
import type { Cap, Holdout, Unit } from './types'

interface Limited {
  field: string
  unit: Unit
  value: unknown
}

type Key = keyof (typeof limitWords)['en']

/** useLimit says one rule as a sentence. What this page does not know yet it names as the server does. */
export function useLimit(): (limit: Limited) => string {
  const { lang } = useText()
  const w = useWords(limitWords)
  const rules = useWords(ruleWords)
  const brands = useBrands()
  return ({ field, unit, value }) => {
    const known = Object.hasOwn(limitWords.en, field)
    if (unit === 'cap') return sayCap(field, value as Cap)
    if (!known) return `${field} ${JSON.stringify(value)}`
    const key = field as Key
    switch (unit) {
      case 'milliseconds':
        return w(key, { gap: span(Number(value), lang) })
      case 'hours': {
        const v = value as { start: number; end: number }
        return w(key, { from: clock(v.start), to: clock(v.end) })
      }
      case 'near': {
        const v = value as { percent: number; gap: number }
        return w(key, { percent: v.percent, gap: span(v.gap, lang) })
      }
      case 'seen': {
        const v = value as { most: number; window: number; percent: number }
        return w(key, { most: v.most, window: span(v.window, lang), percent: v.percent })
      }
      case 'holdout': {
        const v = value as Holdout
        return w(key, { days: v.season_days, percent: v.percent, half: v.half_percent })
      }
      case 'brand':
        return w(key, { name: brands.find((b) => b.id === String(value))?.name ?? rules('brand.gone', { id: String(value) }) })
      case 'category':
        return w(key, { name: String(value) })
      default:
        return w(key, { n: String(value) })
    }
  }
  function sayCap(field: string, cap: Cap): string {
    if (field !== 'caps' && Object.hasOwn(limitWords.en, field)) return w(field as Key, { k: cap.k, window: span(cap.window ?? 0, lang) })
    if (cap.daily) return w('daily')
    const per = cap.per ? w(`per.${cap.per}`) : w('per.window', { window: span(cap.window ?? 0, lang) })
    return w(`cap.${cap.scope}`, { k: cap.k, per })
  }
}
