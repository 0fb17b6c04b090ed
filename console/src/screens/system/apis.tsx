import { useText, useWords } from '../../text'
import { count, share } from '../../text/number'
import { useWhen } from '../../ui/viewer'
import type { Channel } from './api'
import { nameOf } from './names'
import { room } from './words'

type Api = Channel['apis'][number]

/** Of clearing the quota WeChat counts the calls by the month, not by the day. */
const monthly = '/cgi-bin/clear_quota'

/** How many are shown at once when none of them needs a look. */
const few = 3

/** Apis are the interfaces called today, what is stopped and what is nearly used up first. */
export function Apis({ apis }: { apis: Api[] }) {
  const w = useWords(room)
  const part = (a: Api) => (a.limit > 0 ? a.used / a.limit : 0)
  const sorted = [...apis].sort((a, b) => Number(!!b.stopped) - Number(!!a.stopped) || part(b) - part(a) || b.used - a.used)
  const worth = sorted.filter((a) => a.stopped || part(a) > 0.5).length
  const [first, rest] = [sorted.slice(0, Math.max(worth, few)), sorted.slice(Math.max(worth, few))]
  return (
    <section className="sys-apis">
      <h3>{w('account.apis')}<small>{w('account.apisNote')}</small></h3>
      {sorted.length === 0 && <p className="muted">{w('account.apisNone')}</p>}
      <ul>{first.map((a) => <ApiRow key={a.api} api={a} />)}</ul>
      {rest.length > 0 && (
        <details className="sys-told">
          <summary>{w('account.apisRest', { n: rest.length })}</summary>
          <ul>{rest.map((a) => <ApiRow key={a.api} api={a} />)}</ul>
        </details>
      )}
    </section>
  )
}

function ApiRow({ api }: { api: Api }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const part = api.limit > 0 ? Math.min(1, api.used / api.limit) : 0
  const used = count(api.used, lang)
  const notes = [api.api === monthly && w('api.month'), api.limit > 0 && !api.learnt && w('api.default')].filter(Boolean)
  return (
    <li className="sys-api" data-stopped={api.stopped ? true : undefined}>
      <div className="sys-api-name">
        <p>{nameOf('apis', api.api, lang)}{api.stopped && <span className="tag warn">{w('api.stopped')}</span>}</p>
        <code className="muted">{api.api}</code>
      </div>
      <div className="sys-api-use">
        <p><span>{api.limit > 0 ? w('api.used', { n: used, max: count(api.limit, lang) }) : w('api.usedOnly', { n: used })}</span>
          {part >= 0.001 && <span className="muted">{share(api.used, api.limit, lang)}</span>}</p>
        {api.limit > 0 && <span className="meter" aria-hidden="true"><i style={{ width: `${part * 100}%` }} data-full={part > 0.8 || undefined} /></span>}
        {notes.length > 0 && <p className="muted small">{notes.join(' · ')}</p>}
      </div>
      {api.stopped && (
        <p className="sys-api-stop">{api.stopped.text}{api.stopped.until > 0 && <strong>{w('api.until', { when: say(api.stopped.until) })}</strong>}</p>
      )}
    </li>
  )
}
