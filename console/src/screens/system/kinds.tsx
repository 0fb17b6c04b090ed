import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Loaded } from '../../ui/list'
import { useKinds } from './api'
import { nameOf } from './names'
import { room } from './words'

/** Kinds counts what has come by what it means. What nobody knows is counted too, so that it can be asked for. */
export function Kinds() {
  const w = useWords(room)
  const { lang } = useText()
  const kinds = useKinds()
  return (
    <section className="card" aria-labelledby="kinds">
      <h2 id="kinds">{w('kinds.title')}</h2>
      <Loaded query={kinds}>
        {(all) => all.length === 0 ? <p className="muted">{w('kinds.none')}</p> : (
          <>
            <table className="sys-table">
              <thead>
                <tr><th scope="col">{w('kinds.kind')}</th><th scope="col">{w('kinds.event')}</th><th scope="col">{w('kinds.count')}</th></tr>
              </thead>
              <tbody>
                {all.map((k) => (
                  <tr key={`${k.intent} ${k.event}`} data-intent={k.intent}>
                    <th scope="row">{k.intent === 'unknown' ? <span className="tag warn">{w('kinds.unknown')}</span> : nameOf('intents', k.intent, lang)}</th>
                    <td><code>{k.event || '—'}</code></td>
                    <td>{count(k.count, lang)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {all.some((k) => k.intent === 'unknown') && <p className="muted small">{w('kinds.note')}</p>}
          </>
        )}
      </Loaded>
    </section>
  )
}
