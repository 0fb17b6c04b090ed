import type { Fill, Words } from '../../text'
import type { Lang } from '../../types'
import type { Rule } from './api'
import type { room } from './words'

type WordsOf<R> = R extends Words<infer K> ? K : never
export type Say = (key: WordsOf<typeof room>, fill?: Fill) => string

const house = ['invitation', 'welcome', 'scanned', 'received', 'handover'] as const
const events = ['follow', 'scan', 'menu_scan', 'help_opened', 'image', 'voice', 'video', 'location', 'link', 'card', 'other'] as const
export type Event = (typeof events)[number]

/** isEvent narrows what a rule names to the events that have words. */
export function isEvent(name: string): name is Event {
  return (events as readonly string[]).includes(name)
}

/** eventsOf lists what can come to a kind of account. */
export function eventsOf(kind: 'official' | 'miniprogram'): Event[] {
  return events.filter((e) => (kind === 'official' ? e !== 'help_opened' && e !== 'card' : ['help_opened', 'image', 'card', 'other'].includes(e)))
}

/** ruleName is what a rule is called; those of the house are called in the reader's language. */
export function ruleName(rule: Pick<Rule, 'name' | 'builtin'>, w: Say): string {
  const known = house.find((name) => name === rule.name)
  return rule.builtin && known ? w(`house.${known}`) : rule.name
}

/** triggerSay says in one line when a rule answers. */
export function triggerSay(rule: Rule, w: Say): string {
  const what = rule.patterns.join(w('join'))
  switch (rule.kind) {
    case 'keyword':
      return rule.how ? w(`sum.${rule.how}`, { what }) : what
    case 'event':
      return rule.patterns.map((p) => (isEvent(p) ? w(`event.${p}`) : p)).join(w('orJoin'))
    case 'menu':
      return what ? w('sum.menu', { what }) : w('sum.menuAny')
    case 'entry':
      return what ? w('sum.entry', { what }) : w('sum.entryAny')
    default:
      return w(`kind.${rule.kind}`)
  }
}

/** answersSay says in one line what a rule answers: the first answer as its reader would read it, and how many there are besides. */
export function answersSay(rule: Rule, w: Say, lang: Lang): string {
  const [first, ...others] = rule.answers
  if (!first) return ''
  const own = first.words?.[lang] ?? first.words?.['zh-Hans'] ?? Object.values(first.words ?? {})[0]
  const words = (own?.text || own?.title)?.replace(/%(community|group|link)%/g, (_, place: 'community' | 'group' | 'link') => `[${w(`place.${place}`)}]`)
  const one = words ? `${w(`answer.${first.kind}`)} · ${words.replace(/\s+/g, ' ')}` : w(`answer.${first.kind}`)
  return others.length > 0 ? one + w('more', { n: others.length }) : one
}
