import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Channel, type Check, useCheck, useClearQuota } from './api'
import { room } from './words'

/** AccountActions ask WeChat itself, now: how the account stands, or to forget today's calls. */
export function AccountActions({ channel }: { channel: Channel }) {
  const w = useWords(room)
  const { t } = useText()
  const check = useCheck()
  return (
    <>
      {check.isError && <p className="notice bad" role="alert"><Icon name="alert" />{told(check.error, t)}</p>}
      <div role="status">{check.data && !check.isPending && <Found check={check.data} />}</div>
      <div className="actions">
        <button type="button" className="button" disabled={check.isPending} onClick={() => check.mutate(channel.id)}>
          <Icon name="again" />{w(check.isPending ? 'check.busy' : 'check.do')}
        </button>
        {channel.kind !== 'work' && <ClearQuota id={channel.id} />}
      </div>
    </>
  )
}

function Found({ check }: { check: Check }) {
  const w = useWords(room)
  const lines = [
    { good: check.token, text: w(check.token ? 'check.token' : 'check.noToken') },
    check.token && { good: check.network, text: w(check.network ? 'check.network' : 'check.noNetwork') },
    check.network && { good: check.reached, text: w(check.reached ? 'check.reached' : 'check.notReached') },
  ].filter((x) => x !== false)
  return (
    <section className="sys-found">
      <h3>{w('check.done')}</h3>
      <ul>
        {lines.map((x) => <li key={x.text} className={x.good ? 'good' : 'bad'}><Icon name={x.good ? 'check' : 'close'} size={16} /><span>{x.text}</span></li>)}
      </ul>
      {check.text && <p>{check.text}</p>}
      {check.platform.length > 0 && (
        <details className="sys-told">
          <summary>{w('check.from')}</summary>
          <code>{check.platform.join('\n')}</code>
        </details>
      )}
    </section>
  )
}

/** ClearQuota asks before it uses up one of the month's ten. */
function ClearQuota({ id }: { id: string }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const clear = useClearQuota()
  const [asking, setAsking] = useState(false)
  const go = async () => {
    const left = await clear.do(id)
    if (left === undefined) return
    setAsking(false)
    tell(w('clear.done', { n: left }))
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>{w('clear.do')}</button>
      <Ask open={asking} careful title={w('clear.title')} text={w('clear.text')} yes={w('clear.yes')} busy={clear.isPending}
        error={clear.error ? told(clear.error, t) : undefined}
        onYes={() => void go()} onClose={() => { setAsking(false); clear.reset() }} />
    </>
  )
}
