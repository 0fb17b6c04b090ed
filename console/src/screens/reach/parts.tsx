import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { Tabs } from '../../ui/tabs'
import { type Audience, useTags } from './api'
import { reachWords } from './words'

/** RoomTabs leads from one part of the room to another. */
export function RoomTabs() {
  const w = useWords(reachWords)
  return (
    <Tabs label={w('tabs')} tabs={[
      { to: '/reach', label: w('tab.broadcasts') },
      { to: '/reach/tags', label: w('tab.tags') },
      { to: '/reach/templates', label: w('tab.templates') },
    ]} />
  )
}

/** Back leads from one thing to the list it is in. */
export function Back({ to }: { to: string }) {
  const w = useWords(reachWords)
  return <Link to={to} className="button"><Icon name="left" />{w('back')}</Link>
}

/** Figure is one number and what it counts. */
export function Figure({ label, value, note, tone }: { label: string; value: number | string; note?: ReactNode; tone?: 'good' | 'bad' | 'warn' }) {
  const { lang } = useText()
  return (
    <div className="reach-figure">
      <dt>{label}</dt>
      <dd className={tone}>{typeof value === 'number' ? count(value, lang) : value}</dd>
      {note && <dd className="muted small">{note}</dd>}
    </div>
  )
}

/** useAudience says in words who gets a broadcast. */
export function useAudience() {
  const w = useWords(reachWords)
  const { lang } = useText()
  const tags = useTags().data
  return (a: Audience): string => {
    if (a.kind === 'everyone') return w('aud.everyone')
    if (a.kind === 'tag') {
      const tag = tags?.find((x) => x.id === a.tag)
      return tag || !tags ? w('aud.tag', { name: tag?.name ?? '…' }) : w('aud.tagGone')
    }
    if (a.rule) return w('aud.rule')
    const n = a.members?.length ?? 0
    return w('aud.members', { n: count(n, lang) })
  }
}
