import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { Lang } from '../types'
import { en } from './en'
import { type Key, zh } from './zh'

export type { Key } from './zh'

const texts: Record<Lang, Record<Key, string>> = { 'zh-Hans': zh, en }

export type Fill = Record<string, string | number>
export type T = (key: Key, fill?: Fill) => string

interface Speech {
  lang: Lang
  /** whether the person in front of the page chose it in this visit, which outranks what the account says */
  chosen: boolean
  choose: (lang: Lang) => void
  /** follows the account's language */
  adopt: (lang: Lang) => void
  t: T
}

const Context = createContext<Speech | null>(null)

const stored = 'siyu.lang'

/** firstLang is the language before anybody has chosen one: the last one used here, or the browser's. */
export function firstLang(): Lang {
  const kept = localStorage.getItem(stored)
  if (kept === 'zh-Hans' || kept === 'en') return kept
  return navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) ? 'zh-Hans' : 'en'
}

/** speaker makes the function that says a text in a language. */
export function speaker(lang: Lang): T {
  return sayer(texts[lang], lang)
}

function sayer<K extends string>(known: Record<K, string>, lang: Lang): (key: K, fill?: Fill) => string {
  const plural = new Intl.PluralRules(lang)
  return (key, fill) => {
    let text: string = known[key]
    if (fill && text.includes('|')) {
      const [one = '', other = ''] = text.split('|')
      text = plural.select(Number(fill.n)) === 'one' ? one : other
    }
    return fill ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name] ?? '')) : text
  }
}

export function TextProvider({ children }: { children: ReactNode }) {
  const [{ lang, chosen }, set] = useState<{ lang: Lang; chosen: boolean }>(() => ({ lang: firstLang(), chosen: false }))
  // Requests read the language from the document, so it is set before the effects of the pages run.
  document.documentElement.lang = lang
  useEffect(() => localStorage.setItem(stored, lang), [lang])
  const speech = useMemo<Speech>(
    () => ({
      lang,
      chosen,
      choose: (next) => set({ lang: next, chosen: true }),
      adopt: (next) => set({ lang: next, chosen: false }),
      t: speaker(lang),
    }),
    [lang, chosen],
  )
  return <Context.Provider value={speech}>{children}</Context.Provider>
}

export function useText(): Speech {
  const speech = useContext(Context)
  if (!speech) throw new Error('useText outside of TextProvider')
  return speech
}

/** Words are the texts of one room, which come with it when it is opened first. */
export type Words<K extends string> = Record<Lang, Record<K, string>>

/** words pairs a room's texts: both languages have the same keys, or it does not compile. */
export function words<K extends string>(zhHans: Record<K, string>, english: Record<NoInfer<K>, string>): Words<K> {
  return { 'zh-Hans': zhHans, en: english }
}

/** useWords says the texts of a room in the language of the page. */
export function useWords<K extends string>(room: Words<K>): (key: K, fill?: Fill) => string {
  const { lang } = useText()
  return useMemo(() => sayer(room[lang], lang), [room, lang])
}
