import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { fromInput, toInput } from '../../text/time'
import { Ask } from '../../ui/ask'
import { CheckField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Broadcast, useConfirm, useForecast } from './api'
import { Choice } from './choice'
import { Forecast } from './forecast'
import { reachWords } from './words'

const hour = 3_600_000

/** Sending says what a draft would do at a time, and lets it go. */
export function Sending({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const { now, zone, zoneName, say } = useWhen()
  const [mode, setMode] = useState<'now' | 'later'>('now')
  const [typed, setTyped] = useState(() => toInput(Math.ceil((now + hour) / hour) * hour, zone))
  const [over, setOver] = useState(false)
  const [asking, setAsking] = useState(false)
  const time = mode === 'now' ? 0 : fromInput(typed, zone)
  const wrong = mode === 'later' ? (Number.isNaN(time) ? w('need') : time <= now ? w('send.past') : undefined) : undefined
  const forecast = useForecast(b.id, wrong ? 0 : time, wrong === undefined)
  const f = wrong ? undefined : forecast.data
  const { lang } = useText()
  const quiet = f !== undefined && f.quiet_until > 0
  const small = f !== undefined && f.calls === 0
  return (
    <>
      <section className="card" aria-labelledby="forecast">
        <h2 id="forecast">{w('fore.title')}{f && <small>{w('fore.asOf', { when: say(f.at) })}</small>}</h2>
        {wrong ? <p className="muted">—</p> : <Loaded query={forecast}>{(f) => <Forecast f={f} />}</Loaded>}
      </section>
      <form className="card form" aria-labelledby="sending" onSubmit={(e) => { e.preventDefault(); setAsking(true) }} noValidate>
        <h2 id="sending">{w('send.title')}</h2>
        <Choice legend={w('send.title')} hidden name="when" value={mode} onValue={setMode} options={[
          { value: 'now', label: w('send.now') },
          {
            value: 'later', label: w('send.later'), children: (
              <TextField name="at" type="datetime-local" label={w('send.at')} hint={w('send.zone', { zone: zoneName() })} wrong={wrong} value={typed} onValue={setTyped} />
            ),
          },
        ]} />
        {quiet && (
          <div className="notice warn reach-quiet" role="status">
            <Icon name="clock" />
            <div>
              <p>{w('send.quiet', { when: say(f.quiet_until) })}</p>
              <button type="button" className="button" onClick={() => { setMode('later'); setTyped(toInput(f.quiet_until, zone)) }}>{w('send.untilQuiet', { when: say(f.quiet_until) })}</button>
              <CheckField name="over" label={w('send.over')} hint={w('send.overHint')} checked={over} onChecked={setOver} />
            </div>
          </div>
        )}
        {small && <p className="notice warn" role="status"><Icon name="alert" />{w('fore.small')}</p>}
        <div className="actions">
          <button type="submit" className="button primary" disabled={!f || small || (quiet && !over)}>
            {w(mode === 'now' ? 'send.goNow' : 'send.goLater', { n: f ? count(f.people, lang) : '…' })}
          </button>
        </div>
      </form>
      {f && asking && <Confirm b={b} f={f} time={time} over={quiet && over} onClose={() => setAsking(false)} />}
    </>
  )
}

/** Confirm is the question that names how many people will get it. */
function Confirm({ b, f, time, over, onClose }: {
  b: Broadcast; f: NonNullable<ReturnType<typeof useForecast>['data']>; time: number; over: boolean; onClose: () => void
}) {
  const w = useWords(reachWords)
  const { t, lang } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const confirm = useConfirm()
  const when = say(time || f.at)
  const go = async () => {
    if (!(await confirm.do({ id: b.id, ver: b.ver, time, over }))) return
    tell(w(time ? 'send.set' : 'send.gone', { name: b.name, when }))
    onClose()
  }
  return (
    <Ask open careful title={w(time ? 'ask.later' : 'ask.now', { n: count(f.people, lang), when })}
      text={w(time ? 'ask.laterText' : 'ask.nowText', { get: count(f.people - f.skips, lang), skips: count(f.skips, lang) })}
      yes={w(time ? 'ask.yesLater' : 'ask.yesNow')} busy={confirm.isPending} error={confirm.error ? told(confirm.error, t) : undefined}
      onYes={() => void go()} onClose={onClose}>
      {f.everyone && <p className="hint">{w('fore.everyone')}</p>}
      <p className="hint">{w('ask.admin')}</p>
    </Ask>
  )
}
