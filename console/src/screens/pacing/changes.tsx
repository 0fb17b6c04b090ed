import { useWords } from '../../text'
import { useLimit } from './limit'
import type { Difference } from './types'
import { ruleWords } from './words'

const tones = { tighter: 'good', looser: 'warn', different: '', '': '' } as const

/** Changes says in words what differs between two sets of rules. */
export function Changes({ changes }: { changes: Difference[] }) {
  const w = useWords(ruleWords)
  const say = useLimit()
  const limit = (d: Difference, value: unknown) => say({ field: d.field, unit: d.unit, value })
  return (
    <ul className="pacing-changes">
      {changes.map((d, i) => (
        <li key={i} data-field={d.field}>
          <span>
            {d.to === null ? <del>{limit(d, d.from)}</del> : limit(d, d.to)}
            {d.to !== null && d.from !== null && <small>{w('was', { what: limit(d, d.from) })}</small>}
          </span>
          <span className={`tag ${tones[d.effect]}`}>{[d.from === null && w('new'), d.to === null && w('gone'), d.effect && w(d.effect)].filter(Boolean).join(' · ')}</span>
        </li>
      ))}
    </ul>
  )
}
