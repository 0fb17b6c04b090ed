import type { Account, Answer, AnswerKind, NewRule, Rule, RuleHow, RuleKind } from './api'
import type { Say } from './say'

export const langs = ['zh-Hans', 'zh-Hant', 'en'] as const
export type MemberLang = (typeof langs)[number]
export type Line = 'text' | 'title' | 'description'

/** AnswerDraft is an answer as it is edited; key tells it apart from the others while they change places. */
export interface AnswerDraft {
  key: number
  kind: AnswerKind
  words: Record<MemberLang, Record<Line, string>>
  media_id: string
  url: string
  pic_url: string
  page: string
  entry: string
  account: string
}

export interface Draft {
  name: string
  kind: RuleKind
  how: Exclude<RuleHow, ''>
  /** keywords, one per line */
  lines: string
  /** events, menu keys or codes of entries */
  chosen: string[]
  answers: AnswerDraft[]
  enabled: boolean
}

let made = 0 // only tells rows of lists apart

export function blankAnswer(kind: AnswerKind = 'text', from?: Answer): AnswerDraft {
  const words = Object.fromEntries(langs.map((lang) => {
    const own = from?.words?.[lang]
    return [lang, { text: own?.text ?? '', title: own?.title ?? '', description: own?.description ?? '' }]
  })) as AnswerDraft['words']
  return {
    key: ++made, kind, words, media_id: from?.media_id ?? '', url: from?.url ?? '', pic_url: from?.pic_url ?? '',
    page: from?.page ?? '', entry: from?.entry ?? '', account: from?.account ?? '',
  }
}

/** draftOf is a rule as it is edited; of none, the rule most people begin with. */
export function draftOf(rule: Rule | undefined, name: string): Draft {
  if (!rule) return { name: '', kind: 'keyword', how: 'contains', lines: '', chosen: [], answers: [blankAnswer()], enabled: true }
  return {
    name, kind: rule.kind, how: rule.how || 'contains', lines: rule.kind === 'keyword' ? rule.patterns.join('\n') : '',
    chosen: rule.kind === 'keyword' ? [] : rule.patterns, answers: rule.answers.map((a) => blankAnswer(a.kind, a)), enabled: rule.enabled,
  }
}

/** kindsOf lists the cases that can come about on a kind of account. */
export function kindsOf(account: Account['kind']): RuleKind[] {
  return account === 'official' ? ['keyword', 'entry', 'menu', 'event', 'outside', 'default'] : ['keyword', 'event', 'outside', 'default']
}

const messages = ['image', 'voice', 'video', 'location', 'link', 'card', 'other']

/** answersOf lists the kinds of answer that the platform takes in a case. */
export function answersOf(account: Account['kind'], d: Draft): AnswerKind[] {
  const messagesOnly = d.kind === 'event' ? d.chosen.every((e) => messages.includes(e)) : d.kind !== 'menu' && d.kind !== 'entry'
  const all: AnswerKind[] = ['text', 'group', 'news']
  if (account === 'official') all.push('image', 'card')
  if (messagesOnly) all.push('human')
  return [...all, 'silence']
}

const invitation: Record<MemberLang, string> = {
  'zh-Hans': '点下面的链接进入「%group%」：\n%link%', 'zh-Hant': '點下面的連結加入「%group%」：\n%link%', en: 'Tap the link to join “%group%”:\n%link%',
}

/** turned is the answer as another kind; words that lead into a group are there to begin with. */
export function turned(a: AnswerDraft, kind: AnswerKind): AnswerDraft {
  if (kind !== 'group' || langs.some((lang) => a.words[lang].text.trim())) return { ...a, kind }
  const words = Object.fromEntries(langs.map((lang) => [lang, { ...a.words[lang], text: invitation[lang] }])) as AnswerDraft['words']
  return { ...a, kind, words }
}

export type Wrong = Record<string, string>

/** check reads the draft. What is wrong is named by field; an answer's fields are named after its key. */
export function check(d: Draft, w: Say): { rule: Omit<NewRule, 'channel_id'>; wrong: Wrong } {
  const wrong: Wrong = {}
  const lines = d.lines.split('\n').map((line) => line.trim()).filter(Boolean)
  const patterns = d.kind === 'keyword' ? lines : d.kind === 'outside' || d.kind === 'default' ? [] : d.chosen
  if (!d.name.trim()) wrong.name = w('need')
  if (d.kind === 'keyword' && lines.length === 0) wrong.patterns = w('need')
  if (d.kind === 'event' && patterns.length === 0) wrong.patterns = w('needPick')
  const answers = d.answers.map((a) => readAnswer(a, d.kind, wrong, w))
  return { rule: { name: d.name.trim(), kind: d.kind, how: d.kind === 'keyword' ? d.how : '', patterns, answers, enabled: d.enabled }, wrong }
}

function readAnswer(a: AnswerDraft, kind: RuleKind, wrong: Wrong, w: Say): Answer {
  const miss = (field: string, text: string) => { wrong[`${field}-${a.key}`] = text }
  const out: Answer = { kind: a.kind }
  const main: Line = a.kind === 'news' || a.kind === 'card' ? 'title' : 'text'
  if (hasWords(a.kind)) {
    const words: NonNullable<Answer['words']> = {}
    for (const lang of langs) {
      const own = a.words[lang]
      const about = a.kind === 'news' ? own.description.trim() : ''
      if (own[main].trim()) words[lang] = { [main]: own[main].trim(), ...(about ? { description: about } : {}) }
      else if (about) miss(main, w('need'))
    }
    const lacks = langs.find((lang) => a.kind === 'group' && words[lang] && !words[lang].text?.includes('%link%'))
    if (lacks) miss(main, w('needLink', { lang: w(`lang.${lacks}`) }))
    if (Object.keys(words).length === 0) miss(main, w('needWords'))
    out.words = words
  }
  if (a.kind === 'image' || a.kind === 'card') {
    out.media_id = a.media_id
    if (!a.media_id) miss('picture', w('needPicture'))
  }
  if (a.kind === 'news') {
    out.url = a.url.trim()
    if (!/^https:\/\/[^/]/.test(out.url)) miss('url', w('needHttps'))
    if (a.pic_url) out.pic_url = a.pic_url
  }
  if (a.kind === 'card') {
    out.page = a.page.trim().replace(/^\//, '')
    if (!out.page) miss('page', w('need'))
  }
  if (a.kind === 'group') {
    if (a.entry) out.entry = a.entry
    else if (kind !== 'entry') miss('entry', w('needPick'))
  }
  if (a.kind === 'human' && a.account.trim()) out.account = a.account.trim()
  return out
}

export const hasWords = (kind: AnswerKind) => kind === 'text' || kind === 'group' || kind === 'news' || kind === 'card'
