import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { useWhen } from '../../ui/viewer'
import type { Broadcast, Part } from './api'
import { outcome } from './outcome'
import { Figure } from './parts'
import { reachWords } from './words'

/** End says what became of a broadcast that has begun, beside what was expected. */
export function End({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const { lang } = useText()
  const end = outcome(b)
  if (b.started_at === 0) return <section className="card"><p className="muted">{w('end.cancelled')}</p></section>
  const more = end.skipped - b.expected_skips
  const expected = more === 0 ? w('end.asExpected') : w('end.expected', { n: count(b.expected_skips, lang) })
  const number = (n: number) => (n < 0 ? w(end.open > 0 ? 'end.notYet' : 'end.untold') : n)
  return (
    <section className="card" aria-labelledby="end">
      <h2 id="end">{w('end.title')}</h2>
      {b.state !== 'failed' && (
        <dl className="reach-figures">
          <Figure label={w('end.meant')} value={end.meant} />
          <Figure label={w('end.got')} value={number(end.got)} tone={end.got >= 0 ? 'good' : undefined} />
          <Figure label={w('end.skip')} value={number(end.skipped)} note={end.skipped >= 0 ? expected : w('end.expected', { n: count(b.expected_skips, lang) })} />
          {end.errors > 0 && <Figure label={w('end.errors')} value={end.errors} tone="bad" />}
        </dl>
      )}
      {end.open > 0 && <p className="reach-say muted">{w('end.waiting')}</p>}
      {end.skipped >= 0 && more > 0 && <p className="reach-say">{w('end.moreSkips', { n: count(more, lang) })}</p>}
      {end.skipped >= 0 && more < 0 && <p className="reach-say">{w('end.lessSkips', { n: count(-more, lang) })}</p>}
      {end.untold > 0 && end.open === 0 && <p className="reach-say">{w('end.unknown')}</p>}
      {b.parts.length > 1 && <h3 className="reach-parts-title">{w('end.parts', { n: b.parts.length })}</h3>}
      <ul className="posts">{b.parts.map((p) => <PartRow key={p.seq} p={p} alone={b.parts.length === 1} />)}</ul>
    </section>
  )
}

const tones: Record<Part['state'], string> = { new: '', calling: 'warn', accepted: 'warn', done: 'good', failed: 'bad', unknown: 'warn' }

function PartRow({ p, alone }: { p: Part; alone: boolean }) {
  const w = useWords(reachWords)
  const { lang } = useText()
  const { say, now } = useWhen()
  return (
    <li>
      <p className="post-title">
        <span className={`tag ${tones[p.state]}`}>{w(`part.${p.state}`)}</span>
        {p.kind === 'everyone' ? w('part.all') : alone ? w('part.people', { n: count(p.people, lang) }) : <>{w('part.n', { n: p.seq })} · {w('part.people', { n: count(p.people, lang) })}</>}
      </p>
      {p.result_text && <p className="held-why">{p.result_text}</p>}
      {p.total >= 0 && !alone && <p className="muted">{w('part.got', { n: count(p.sent, lang), m: count(p.skipped, lang) })}</p>}
      {p.state === 'accepted' && p.admin_confirm_by > now && <p className="held-next"><Icon name="clock" size={15} />{w('part.confirm', { when: say(p.admin_confirm_by) })}</p>}
      {p.done_at > 0 && <p className="muted">{say(p.done_at)}</p>}
    </li>
  )
}
