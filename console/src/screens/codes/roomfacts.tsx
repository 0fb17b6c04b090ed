import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { span } from '../../text/time'
import { useWhen } from '../../ui/viewer'
import type { LiveGroup } from './api'
import { room } from './words'

const tone = { open: 'good', full: 'warn', expired: 'bad', closed: 'bad', paused: '' } as const

/** RoomTag says in a word whether a group of a live code can be joined. */
export function RoomTag({ group }: { group: LiveGroup }) {
  const w = useWords(room)
  return <span className={`tag ${tone[group.state]}`}>{w(`pool.state.${group.state}`)}</span>
}

/** Heads is how full a group is: counted against all its places, drawn against those that are given away. */
export function Heads({ group, margin }: { group: LiveGroup; margin: number }) {
  const w = useWords(room)
  const { lang } = useText()
  const share = group.limit > 0 ? Math.min(1, group.heads / group.limit) : 1
  return (
    <span className="heads">
      <span className="meter" aria-hidden="true"><i style={{ width: `${share * 100}%` }} data-full={share > 0.9 || undefined} /></span>
      <span className="small">{w('pool.heads', { n: count(group.heads, lang), max: count(group.limit + margin, lang) })}</span>
    </span>
  )
}

const hour = 3_600_000

/** Ends says how long a group's QR code works still. */
export function Ends({ group }: { group: LiveGroup }) {
  const w = useWords(room)
  const { lang } = useText()
  const { now, say } = useWhen()
  if (group.state === 'closed') return null
  if (group.ends_at === 0) return w(group.rolls ? 'pool.auto' : 'pool.forever')
  const left = group.ends_at - now
  if (left <= 0) return <span className="bad">{w('pool.ended', { when: say(group.ends_at) })}</span>
  const whole = left >= 48 * hour ? Math.round(left / (24 * hour)) * 24 * hour
    : left >= hour ? Math.floor(left / hour) * hour
    : Math.max(60_000, Math.floor(left / 60_000) * 60_000)
  const soon = left <= 48 * hour
  return <span className={soon ? 'soon' : undefined}>{w('pool.ends', { span: span(whole, lang) })}</span>
}
