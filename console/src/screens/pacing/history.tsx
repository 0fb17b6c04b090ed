import { useWords } from '../../text'
import { Loaded, More } from '../../ui/list'
import { useWhen } from '../../ui/viewer'
import { useRevisions } from './api'
import { Changes } from './changes'
import type { Rules } from './types'
import { ruleWords } from './words'

/** History lists what the rules were, who changed them and what, and brings an old revision back into the form. */
export function History({ group, now, onBack }: { group: string; now: number; onBack: (rev: number, rules: Rules) => void }) {
  const w = useWords(ruleWords)
  const { say } = useWhen()
  const revisions = useRevisions(group)
  return (
    <section className="card pacing-history" aria-labelledby="history">
      <h2 id="history">{w('history')}</h2>
      <Loaded query={revisions}>
        {(data) => {
          const all = data.pages.flat()
          if (all.length === 0) return <p className="muted">{w('history.none')}</p>
          return (
            <ol className="pacing-revisions">
              {all.map((r) => (
                <li key={r.rev} data-rev={r.rev}>
                  <div className="pacing-rev-head">
                    <p><strong>{w('rev', { n: r.rev })}</strong> {r.rev === now && <span className="tag good">{w('current')}</span>}
                      <br /><span className="muted small">{w('by', { who: r.by_name || w('by.siyu'), when: say(r.at) })}</span></p>
                    {r.rev !== now && <button type="button" className="button" aria-label={`${w('back')} · ${w('rev', { n: r.rev })}`} onClick={() => onBack(r.rev, r.rules)}>{w('back')}</button>}
                  </div>
                  {r.rev === 1 ? <p className="muted small">{w('first')}</p>
                    : r.changes.length === 0 ? <p className="muted small">{w('nochange')}</p>
                    : <Changes changes={r.changes} />}
                </li>
              ))}
            </ol>
          )
        }}
      </Loaded>
      <More query={revisions} />
    </section>
  )
}
