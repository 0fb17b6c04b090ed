import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { en } from './en'
import { type Key, zh } from './zh'

export type { Key } from './zh'
export type Lang = 'zh-Hans' | 'en'
export type Fill = Record<string, string | number>
export type T = (key: Key, fill?: Fill) => string

const texts: Record<Lang, Record<Key, string>> = { 'zh-Hans': zh, en }
const stored = 'siyu.lang'

interface Speech { lang: Lang; other: () => void; t: T; moment: (at: number) => string; clock: (at: number) => string; money: (fen: number, currency: string) => string }

const Context = createContext<Speech | null>(null)

function firstLang(): Lang {
  const kept = localStorage.getItem(stored)
  if (kept === 'zh-Hans' || kept === 'en') return kept
  return navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) ? 'zh-Hans' : 'en'
}

/** moment and clock say a time in the community's zone; money an amount in the smallest unit of its currency. */
function speech(lang: Lang, zone: string | undefined, other: () => void): Speech {
  const plural = new Intl.PluralRules(lang)
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(lang, { timeZone: zone, hourCycle: 'h23', ...options })
  const moment = format({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })
  const clock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  return {
    lang,
    other,
    t: (key, fill) => {
      let text: string = texts[lang][key]
      if (text.includes('|')) text = text.split('|')[plural.select(Number(fill?.n)) === 'one' ? 0 : 1] ?? text
      return text.replace(/\{(\w+)\}/g, (_, name: string) => String(fill?.[name] ?? ''))
    },
    moment: (at) => moment.format(at),
    clock: (at) => clock.format(at),
    money: (fen, currency) => {
      if (!currency) return String(fen)
      const money = new Intl.NumberFormat(lang, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
      return money.format(fen / 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2))
    },
  }
}

export function TextProvider({ zone, children }: { zone: string | undefined; children: ReactNode }) {
  const [lang, set] = useState(firstLang)
  document.documentElement.lang = lang
  const value = useMemo(() => speech(lang, zone, () => {
    const next = lang === 'en' ? 'zh-Hans' : 'en'
    localStorage.setItem(stored, next)
    set(next)
  }), [lang, zone])
  document.title = value.t('app.name')
  return <Context value={value}>{children}</Context>
}

export function useText(): Speech {
  const value = useContext(Context)
  if (!value) throw new Error('no TextProvider')
  return value
}
