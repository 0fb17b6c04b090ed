import { useText, useWords } from '../../text'
import { span } from '../../text/time'
import { useWhen } from '../../ui/viewer'
import { usePlainWhy } from './reasons'
import { storyWords } from './storywords'
import type { Decision, Room } from './types'

/** Reasons lists every reason against a post with its numbers, the deciding one first, and how much room the other rules leave. */
export function Reasons({ decision, zone }: { decision: Decision; zone?: string }) {
  const w = useWords(storyWords)
  const { say } = useWhen()
  const why = usePlainWhy()
  const numbers = useNumbers()
  const all = [...decision.reasons].sort((a, b) => Number(b === decision.deciding) - Number(a === decision.deciding))
  const free = decision.rooms.filter((r) => !r.holds)
  const ends = (until: number) => (until > 0 ? w('until', { when: say(until, zone) }) : w('until.never'))
  return (
    <>
      {all.length > 0 && (
        <ul className="story-reasons">
          {all.map((reason) => {
            const rooms = decision.rooms.filter((r) => r.holds && r.reason === reason)
            const closed = decision.closed.find((c) => c.reason === reason)
            return (
              <li key={reason} data-reason={reason} data-deciding={reason === decision.deciding || undefined}>
                <p>{why(reason)}{reason === decision.deciding && all.length > 1 && <span className="tag warn">{w('deciding')}</span>}</p>
                {rooms.map((r, i) => <p key={i} className="small">{numbers(r)} · {ends(r.until)} · {w(`level.${r.level}`)}</p>)}
                {rooms.length === 0 && closed && <p className="small">{ends(closed.until)}</p>}
              </li>
            )
          })}
        </ul>
      )}
      {free.length > 0 && (
        <details className="given">
          <summary>{w('room')}<small>{free.length}</small></summary>
          <ul className="story-room">
            {free.map((r, i) => <li key={i}><span>{numbers(r)}</span><span className="muted">{w(`level.${r.level}`)}</span></li>)}
          </ul>
        </details>
      )}
    </>
  )
}

/** useNumbers says how much of a rule is used: one brand 1 of 2 within 7 days. */
function useNumbers(): (room: Room) => string {
  const w = useWords(storyWords)
  const { lang } = useText()
  return (r) => {
    const per = r.per ? w(`per.${r.per}`) : w('within', { window: span(r.window, lang) })
    return w('used', { what: w(`scope.${r.scope}`), per, n: r.used, most: r.most })
  }
}
