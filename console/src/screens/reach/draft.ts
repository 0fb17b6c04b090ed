import type { Audience, Broadcast, Content, Draft } from './api'
import { ruleOf, type Typed, typed, wrongTyped } from './rule'

/** label is what the server puts before a text that sells. */
export const label = '【广告】'

/** mostBytes is WeChat's limit of a text. */
const mostBytes = 2048

/** mostPictures is WeChat's limit of pictures in one broadcast. */
export const mostPictures = 20

export interface Picture {
  id: string
  /** shows it; empty if it was uploaded on another day */
  src: string
}

/** Written is a broadcast as it stands in the form. */
export interface Written {
  name: string
  kind: Content['kind']
  text: string
  pictures: Picture[]
  caption: string
  news: string
  to: 'everyone' | 'tag' | 'rule' | 'members'
  tag: string
  rule: Typed[]
  members: string[]
  sponsored: boolean
  brand: string
}

export const empty: Written = {
  name: '', kind: 'text', text: '', pictures: [], caption: '', news: '', to: 'everyone', tag: '', rule: [], members: [], sponsored: false, brand: '',
}

/** writtenOf is the form of a broadcast that exists. */
export function writtenOf(b: Broadcast): Written {
  const { content: c, audience: a } = b
  const ids = c.media_ids ?? []
  return {
    name: b.name, kind: c.kind, text: c.text ?? '', caption: c.caption ?? '',
    pictures: c.kind === 'image' ? ids.map((id) => ({ id, src: '' })) : [], news: c.kind === 'news' ? ids[0] ?? '' : '',
    to: a.kind === 'members' ? (a.rule ? 'rule' : 'members') : a.kind, tag: a.kind === 'tag' ? a.tag ?? '' : '', rule: typed(a.rule),
    members: a.members ?? [], sponsored: b.sponsored, brand: b.brand_id === '0' ? '' : b.brand_id,
  }
}

/** draftOf is what the form asks the server to keep. */
export function draftOf(d: Written): Draft {
  const content: Content = d.kind === 'text' ? { kind: 'text', text: d.text }
    : d.kind === 'image' ? { kind: 'image', media_ids: d.pictures.map((p) => p.id), ...(d.caption.trim() && { caption: d.caption }) }
    : { kind: 'news', media_ids: [d.news] }
  const audience: Audience = d.to === 'everyone' ? { kind: 'everyone' }
    : d.to === 'tag' ? { kind: 'tag', tag: d.tag }
    : d.to === 'rule' ? { kind: 'members', rule: ruleOf(d.rule) }
    : { kind: 'members', members: d.members }
  return { name: d.name.trim(), content, audience, sponsored: d.sponsored, brand_id: d.sponsored && d.brand ? d.brand : '0' }
}

/** bytesOf is how long a text is as WeChat counts it, with the label if it sells. */
export function bytesOf(d: Written): number {
  const sent = d.sponsored && !d.text.startsWith(label) ? label + d.text : d.text
  return new TextEncoder().encode(sent).length
}

/** Wrong names what keeps a form from being saved. */
export type Wrong = Partial<Record<'name' | 'text' | 'pictures' | 'news' | 'tag' | 'rule', 'need' | 'long'>>

export function check(d: Written): Wrong {
  const wrong: Wrong = {}
  if (!d.name.trim()) wrong.name = 'need'
  if (d.kind === 'text' && !d.text.trim()) wrong.text = 'need'
  else if (d.kind === 'text' && bytesOf(d) > mostBytes) wrong.text = 'long'
  if (d.kind === 'image' && d.pictures.length === 0) wrong.pictures = 'need'
  if (d.kind === 'news' && !d.news) wrong.news = 'need'
  if (d.to === 'tag' && !d.tag) wrong.tag = 'need'
  if (d.to === 'rule' && (d.rule.length === 0 || d.rule.some(wrongTyped))) wrong.rule = 'need'
  return wrong
}

/** fieldOf is the form's name for a field the server objects to; undefined if it is not on show. */
export function fieldOf(field: string, d: Written): keyof Wrong | undefined {
  if (field === 'name') return 'name'
  if (field === 'content.text' && d.kind === 'text') return 'text'
  if (field === 'content.media_ids' && d.kind !== 'text') return d.kind === 'news' ? 'news' : 'pictures'
  if ((field === 'audience' || field.startsWith('rule.')) && d.to === 'rule') return 'rule'
  return field === 'audience' && d.to === 'tag' ? 'tag' : undefined
}
