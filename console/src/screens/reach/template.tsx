import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Note } from '../../ui/note'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { Missing } from '../missing'
import { type Notice, type Template, useNotices, usePurpose, useSwitchTemplate, useTemplates } from './api'
import { Back, Figure } from './parts'
import { SyncedAt } from './templates'
import { templateWords } from './templatewords'
import { TestSend } from './testsend'
import { useRuleOfField } from './fieldrule'

/** TemplatePage is one subscription template: how it is doing, its fields, and what became of its notices. */
export function TemplatePage({ id }: { id: string }) {
  const w = useWords(templateWords)
  const list = useTemplates()
  const x = list.data?.find((one) => one.id === id)
  if (list.data && !x) return <Missing />
  return (
    <Page title={x?.title ?? w('fields')} actions={<Back to="/reach/templates" />} live={x && list.isError ? 'stale' : undefined}
      sub={x && <><span className={`tag ${x.state === 'active' ? 'good' : 'warn'}`}>{w(x.state)}</span> <SyncedAt x={x} /></>}>
      <Loaded query={list}>{() => x && (
        <div className="stack">
          {x.state === 'paused' && <Paused x={x} />}
          <Numbers x={x} />
          <Fields x={x} />
          <Purpose x={x} />
          <TestSend x={x} />
          <Notices id={x.id} />
        </div>
      )}</Loaded>
    </Page>
  )
}

function Paused({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const { say } = useWhen()
  return (
    <div className="notice warn reach-quiet" role="status">
      <Icon name="alert" />
      <div>
        <p><span className="strong">{w('why')}</span> · {w('since', { when: say(x.changed_at) })}</p>
        <p>{x.reason_text}</p>
      </div>
    </div>
  )
}

function Numbers({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const { lang } = useText()
  return (
    <section className="card" aria-labelledby="numbers">
      <div className="card-head"><h2 id="numbers">{w('numbers')}</h2><Note label={w('credits.how')}><p>{w('credits.text')}</p></Note></div>
      <dl className="reach-figures">
        <Figure label={w('credits')} value={x.credits} note={w('credits.note', { n: count(x.readers, lang) })} />
        <Figure label={w('waiting')} value={x.waiting} />
        <Figure label={w('sent')} value={x.sent} tone={x.sent > 0 ? 'good' : undefined} note={w('delivered', { n: count(x.delivered, lang) })} />
        <Figure label={w('failed')} value={x.failed} tone={x.failed > 0 ? 'bad' : undefined} />
        {x.unknown > 0 && <Figure label={w('unknown')} value={x.unknown} tone="warn" note={w('unknown.note')} />}
      </dl>
      <div className="actions reach-actions"><Switcher x={x} /></div>
    </section>
  )
}

function Switcher({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const { t } = useText()
  const tell = useTell()
  const change = useSwitchTemplate()
  const [asking, setAsking] = useState(false)
  const pause = x.state === 'active'
  const name = { name: x.title }
  const go = async () => {
    if (!(await change.do({ id: x.id, pause }))) return
    setAsking(false)
    tell(w(pause ? 'pausedDone' : 'resumedDone', name))
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>{w(pause ? 'pause' : 'resume')}</button>
      <Ask open={asking} careful={!pause} title={w(pause ? 'pauseTitle' : 'resumeTitle', name)} text={w(pause ? 'pauseText' : 'resumeText')}
        yes={w(pause ? 'pause' : 'resume')} busy={change.isPending} error={change.error ? told(change.error, t) : undefined}
        onYes={() => void go()} onClose={() => { setAsking(false); change.reset() }}>
        {!pause && x.reason !== 'by_hand' ? <p>{x.reason_text} {w('resumeFixed')}</p> : undefined}
      </Ask>
    </>
  )
}

/** Purpose is whether the team is told by this template of posts that wait for them. */
function Purpose({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const { t } = useText()
  const tell = useTell()
  const set = usePurpose()
  const on = x.purpose === 'owner_task'
  return (
    <section className="card" aria-labelledby="purpose">
      <h2 id="purpose">{w('purpose')}</h2>
      <p className="muted">{w(on ? 'purpose.on' : 'purpose.off')}</p>
      {set.error ? <p className="notice bad" role="alert"><Icon name="alert" />{told(set.error, t)}</p> : null}
      <div className="actions">
        <button type="button" className="button" disabled={set.isPending} onClick={() => void set.do({ id: x.id, on: !on }).then((ok) => { if (ok) tell(w(on ? 'purpose.ended' : 'purpose.set')) })}>
          {w(on ? 'purpose.stop' : 'purpose.use')}
        </button>
      </div>
    </section>
  )
}

function Fields({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const rule = useRuleOfField()
  return (
    <section className="card" aria-labelledby="fields">
      <h2 id="fields">{w('fields')}</h2>
      <table className="reach-table">
        <thead><tr><th scope="col">{w('field.label')}</th><th scope="col">{w('field.rule')}</th></tr></thead>
        <tbody>{x.fields.map((f) => <tr key={f.name}><th scope="row">{f.label || f.name}</th><td>{rule(f)}</td></tr>)}</tbody>
      </table>
      {x.example && <details className="given"><summary>{w('example')}</summary><p className="copy">{x.example}</p></details>}
    </section>
  )
}

const tones: Record<Notice['state'], string> = { waiting: '', sending: 'warn', accepted: 'good', delivered: 'good', failed: 'bad', unknown: 'warn' }

function Notices({ id }: { id: string }) {
  const w = useWords(templateWords)
  const list = useNotices(id)
  return (
    <section className="card" aria-labelledby="notices">
      <h2 id="notices">{w('list')}</h2>
      <Loaded query={list}>{(data) => {
        const all = data.pages.flat()
        return all.length === 0 ? <p className="muted">{w('list.empty')}</p> : <ul className="posts">{all.map((n) => <NoticeRow key={n.id} n={n} />)}</ul>
      }}</Loaded>
      <More query={list} />
    </section>
  )
}

const reasons = ['expired', 'no_credit', 'unreachable', 'refused', 'given_up', 'no_answer'] as const
const stops = ['missing', 'changed', 'invalid_data', 'unknown_id', 'bad_page', 'sensitive_text', 'banned', 'by_hand'] as const

function NoticeRow({ n }: { n: Notice }) {
  const w = useWords(templateWords)
  const { say, now } = useWhen()
  const reason = reasons.find((r) => r === n.reason)
  const stop = stops.find((r) => r === n.reason)
  const why = reason ? w(`why.${reason}`) : stop ? w('why.template', { why: w(`why.${stop}`) })
    : n.reason ? w('why.refused_code', { code: n.reason.replace(/^refused_/, '') }) : ''
  return (
    <li>
      <p className="post-title"><span className={`tag ${tones[n.state]}`}>{w(`state.${n.state}`)}</span>{say(n.done_at || n.called_at || n.created_at)}</p>
      {why && <p className="held-why">{why}</p>}
      {n.state === 'waiting' && <p className="muted">{n.not_before > now ? w('due', { when: say(n.not_before) }) : w('made', { when: say(n.created_at) })}</p>}
    </li>
  )
}
