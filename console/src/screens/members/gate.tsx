import { type FormEvent, useState } from 'react'
import { useText, useWords } from '../../text'
import { count, share, whole } from '../../text/number'
import { Ask } from '../../ui/ask'
import { SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Policy, type Report, useGate, useSetGate } from './gateapi'
import { room } from './words'

/** Gate is how claims are judged before they are given a voucher, and how often that was wrong. */
export function Gate() {
  const gate = useGate()
  return <Loaded query={gate}>{({ policy, report }) => <div className="stack"><Outcome report={report} mode={policy.mode} /><Form key={JSON.stringify(policy)} policy={policy} /></div>}</Loaded>
}

function Outcome({ report: r, mode }: { report: Report; mode: Policy['mode'] }) {
  const w = useWords(room)
  const { lang } = useText()
  const shadow = mode === 'shadow'
  const [held, denied] = shadow ? [r.would_hold, r.would_deny] : [r.held, r.denied]
  return (
    <section className="card" aria-labelledby="outcome">
      <h2 id="outcome">{w('gate.outcome', { n: r.days })}</h2>
      <dl className="member-figures">
        <div><dt>{w('gate.claims')}</dt><dd>{count(r.claims, lang)}</dd></div>
        <div><dt>{w(shadow ? 'gate.wouldHold' : 'gate.held')}</dt><dd>{count(held, lang)}</dd></div>
        <div><dt>{w(shadow ? 'gate.wouldDeny' : 'gate.denied')}</dt><dd>{count(denied, lang)}</dd></div>
        <div><dt>{w('gate.wrong')}</dt><dd>{share(r.false_positive, 1, lang)}</dd></div>
      </dl>
      {r.reasons.length > 0 && (
        <ul className="member-reasons">{r.reasons.map((x) => <li key={`${x.reason} ${x.verdict} ${x.shadow}`}><span>{w(`reason.${x.reason}`)} · {w(`verdict.${x.verdict}`)}{x.shadow && ` · ${w('mode.shadow')}`}</span><span className="strong">{count(x.n, lang)}</span></li>)}</ul>
      )}
      <p className="muted small">{w('gate.wrongHow')}</p>
    </section>
  )
}

type Numbers = Omit<Policy, 'mode' | 'unreachable'>

const bounds: Record<keyof Numbers, [number, number]> = {
  hold_rank: [1, 5], deny_rank: [1, 5], hold_minutes: [1, 10_080], claims_per_hour: [0, 10_000], claims_per_minute: [0, 100_000], too_fast_ms: [0, 60_000],
  new_groups: [0, 1_000], exclusive_groups: [0, 1_000], hold_score: [1, 1_000], deny_score: [1, 1_000], appeal_hours: [1, 2_160],
}

const names = Object.keys(bounds) as (keyof Numbers)[]

function Form({ policy }: { policy: Policy }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const save = useSetGate()
  const [mode, setMode] = useState(policy.mode)
  const [unreachable, setUnreachable] = useState(policy.unreachable)
  const [typed, setTyped] = useState(() => Object.fromEntries(names.map((n) => [n, String(policy[n])])) as Record<keyof Numbers, string>)
  const [asking, setAsking] = useState(false)
  const read = Object.fromEntries(names.map((n) => [n, whole(typed[n], ...bounds[n])])) as Record<keyof Numbers, number>
  const bad = names.filter((n) => Number.isNaN(read[n]))
  const server = wrongOf(save.error)
  const next: Policy = { mode, unreachable, ...read }
  const dirty = JSON.stringify(next) !== JSON.stringify({ mode: policy.mode, unreachable: policy.unreachable, ...Object.fromEntries(names.map((n) => [n, policy[n]])) })
  const put = async () => {
    const ok = await save.do(next)
    setAsking(false)
    if (ok) tell(w('saved'))
  }
  const go = (event: FormEvent) => {
    event.preventDefault()
    if (bad.length > 0) return document.getElementById(bad[0] ?? '')?.focus()
    if (mode === 'on' && policy.mode !== 'on') return setAsking(true)
    void put()
  }
  const field = (n: keyof Numbers) => (
    <TextField key={n} name={n} label={w(`gate.${n}`)} hint={bounds[n][0] === 0 ? w('gate.zero') : ''} inputMode="numeric" value={typed[n]} onValue={(value) => setTyped({ ...typed, [n]: value })}
      wrong={Number.isNaN(read[n]) ? w('number', { min: bounds[n][0], max: bounds[n][1].toLocaleString('en') }) : server?.field === n ? server.text : undefined} />
  )
  return (
    <form className="card form" onSubmit={go} noValidate aria-labelledby="policy">
      <h2 id="policy">{w('gate.policy')}</h2>
      <div className="field-pair">
        <SelectField name="mode" label={w('gate.mode')} hint={w(`modeText.${mode}`)} value={mode} onValue={(m) => setMode(m as Policy['mode'])} options={(['off', 'shadow', 'on'] as const).map((m) => ({ value: m, label: w(`mode.${m}`) }))} />
        <SelectField name="unreachable" label={w('gate.unreachable')} value={unreachable} onValue={(u) => setUnreachable(u as Policy['unreachable'])} options={(['allow', 'hold', 'deny'] as const).map((u) => ({ value: u, label: w(`verdict.${u}`) }))} />
      </div>
      <div className="member-grid">{names.map(field)}</div>
      {save.error && !server && <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p>}
      <div className="actions"><button type="submit" className="button primary" disabled={!dirty || save.isPending}>{save.isPending ? t('dialog.busy') : w('save')}</button></div>
      <Ask open={asking} careful title={w('gate.ask')} text={w('gate.askText')} yes={w('gate.yes')} busy={save.isPending} onYes={() => void put()} onClose={() => setAsking(false)} />
    </form>
  )
}
