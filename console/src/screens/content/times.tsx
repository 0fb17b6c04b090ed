import { useDeferredValue } from 'react'
import { useText, useWords } from '../../text'
import { told } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { type Plan, useTimes } from './api'
import { room } from './words'

const shown = 5

/** Times are when a plan would post next, before anybody agrees to it. */
export function Times({ plan }: { plan: Plan }) {
  const w = useWords(room)
  const { t } = useText()
  const { say, zoneName } = useWhen()
  const times = useTimes(useDeferredValue(plan))
  return (
    <section className="card" aria-labelledby="times">
      <h2 id="times">{w('times.title')}</h2>
      {times.isError && <p className="field-error" role="alert">{told(times.error, t)}</p>}
      {times.data?.length === 0 && <p className="muted small">{w('times.noGroups')}</p>}
      {times.data?.map((z) => (
        <div key={z.zone} className="times" data-zone={z.zone}>
          {(times.data?.length ?? 0) > 1 && <p className="small strong">{w('times.zone', { zone: zoneName(z.zone), n: z.groups })}</p>}
          {z.times.length === 0 && <p className="muted small">{w('times.none')}</p>}
          <ol>
            {z.times.slice(0, shown).map((one) => (
              <li key={one.at}>{say(one.at, z.zone)}{one.shifted > 0 && <small className="muted"> {w('times.shifted', { n: one.shifted, when: say(one.from_at, z.zone) })}</small>}</li>
            ))}
          </ol>
          {z.times.length > shown && <p className="muted small">{w('times.more')}</p>}
        </div>
      ))}
    </section>
  )
}
