import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { clock } from '../../text/time'
import { TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Settings, useSetSettings, useSettings } from './api'
import { Choice } from './choice'
import { Back } from './parts'
import { reachWords } from './words'

/** SettingsPage says what the account may and when broadcasts rest. */
export function SettingsPage() {
  const w = useWords(reachWords)
  const settings = useSettings()
  return (
    <Page title={w('set.title')} actions={<Back to="/reach" />}>
      <Loaded query={settings}>{(known) => <SettingsForm known={known} />}</Loaded>
    </Page>
  )
}

const minutes = (text: string) => {
  const m = /^(\d{2}):(\d{2})$/.exec(text)
  return m ? Number(m[1]) * 60 + Number(m[2]) : NaN
}

function SettingsForm({ known }: { known: Settings }) {
  const w = useWords(reachWords)
  const { t } = useText()
  const { zoneName } = useWhen()
  const tell = useTell()
  const [, navigate] = useLocation()
  const save = useSetSettings()
  const [kind, setKind] = useState(known.kind)
  const [monthly, setMonthly] = useState(String(known.monthly))
  const [from, setFrom] = useState(clock(known.quiet_from))
  const [to, setTo] = useState(clock(known.quiet_to))
  const [tried, setTried] = useState(false)
  const n = /^\d{1,2}$/.test(monthly.trim()) ? Number(monthly) : NaN
  const refused = wrongOf(save.error)
  const wrong = {
    monthly: n >= 1 && n <= 31 ? refused?.field === 'monthly' ? refused.text : undefined : w('set.number'),
    from: Number.isNaN(minutes(from)) ? w('need') : undefined,
    to: Number.isNaN(minutes(to)) ? w('need') : undefined,
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!(n >= 1 && n <= 31) || wrong.from || wrong.to) return
    if (!(await save.do({ kind, monthly: n, quiet_from: minutes(from), quiet_to: minutes(to) }))) return
    tell(w('set.saved'))
    navigate('/reach')
  }
  return (
    <form className="card form reach-narrow" onSubmit={(e) => void submit(e)} noValidate>
      <Choice legend={w('set.kind')} name="kind" value={kind} onValue={setKind} options={[
        { value: 'service', label: w('set.service'), hint: w('set.serviceHint') },
        { value: 'subscription', label: w('set.subscription'), hint: w('set.subscriptionHint') },
      ]} />
      {kind === 'service' && (
        <TextField name="monthly" label={w('set.monthly')} hint={w('set.monthlyHint')} wrong={tried ? wrong.monthly : undefined}
          value={monthly} onValue={setMonthly} inputMode="numeric" />
      )}
      <fieldset className="reach-fields">
        <legend>{w('set.quiet')}</legend>
        <p className="hint">{w('set.quietHint')} {w('send.zone', { zone: zoneName() })}</p>
        <div className="field-pair">
          <TextField name="quiet_from" label={w('set.from')} type="time" value={from} onValue={setFrom} wrong={tried ? wrong.from : undefined} />
          <TextField name="quiet_to" label={w('set.to')} type="time" value={to} onValue={setTo} wrong={tried ? wrong.to : undefined} />
        </div>
      </fieldset>
      {save.error && !refused ? <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p> : null}
      <div className="actions"><button type="submit" className="button primary" disabled={save.isPending}>{save.isPending ? t('dialog.busy') : w('save')}</button></div>
    </form>
  )
}
