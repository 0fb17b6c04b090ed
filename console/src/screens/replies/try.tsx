import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { fromInput } from '../../text/time'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { type Account, type Trial, useEntries, useMenu, useTry } from './api'
import { Chat } from './chat'
import { type MemberLang, langs } from './draft'
import { allButtons } from './menudraft'
import { eventsOf, isEvent, ruleName } from './say'
import { room } from './words'

/** TryOut shows what somebody would be answered, and sends nothing. */
export function TryOut({ account }: { account: Account }) {
  const w = useWords(room)
  const { t } = useText()
  const { zone, zoneName } = useWhen()
  const trial = useTry()
  const result = useRef<HTMLDivElement>(null)
  const [what, setWhat] = useState('text')
  const [text, setText] = useState(w('tryText0'))
  const [key, setKey] = useState('')
  const [entry, setEntry] = useState('')
  const [lang, setLang] = useState<MemberLang>('zh-Hans')
  const [at, setAt] = useState('')
  const buttons = allButtons(useMenu(what === 'menu').data?.buttons ?? []).filter((b) => b.key)
  const entries = (useEntries().data ?? []).filter((e) => e.retired_at === 0)
  const whats = ['text', ...(account.kind === 'official' ? ['entry', 'menu'] as const : []), ...eventsOf(account.kind)] as const
  const go = (event: FormEvent) => {
    event.preventDefault()
    const asked: Trial = { channel_id: account.id, lang }
    const moment = fromInput(at, zone)
    if (!Number.isNaN(moment)) asked.at = moment
    if (what === 'text') asked.text = text
    else if (what === 'entry') Object.assign(asked, { event: 'follow', entry: entry || entries[0]?.code })
    else if (what === 'menu') Object.assign(asked, { event: 'menu', key: key || buttons[0]?.key || '-' })
    else asked.event = what
    trial.mutate(asked)
  }
  useEffect(() => {
    if (trial.data) result.current?.scrollIntoView({ block: 'nearest' })
  }, [trial.data])
  const did = what === 'text' ? text
    : what === 'menu' ? buttons.find((b) => b.key === key)?.name ?? buttons[0]?.name ?? w('event.menu')
    : what === 'entry' ? w('event.entry')
    : isEvent(what) ? w(`event.${what}`) : what
  return (
    <aside className="card tryout" aria-labelledby="tryout">
      <h2 id="tryout">{w('try')}</h2>
      <form className="form" onSubmit={go}>
        <p className="hint">{w('tryHint')}</p>
        <SelectField name="try-what" label={w('tryWhat')} value={what} options={whats.map((e) => ({ value: e, label: w(`event.${e}`) }))}
          onValue={(next) => { setWhat(next); trial.reset() }} />
        {what === 'text' && <TextField name="try-text" label={w('tryText')} value={text} maxLength={500} onValue={setText} />}
        {what === 'menu' && (
          <SelectField name="try-key" label={w('tryKey')} value={key} onValue={setKey} hint={buttons.length === 0 ? w('keysNone') : ''}
            options={buttons.map((b) => ({ value: b.key ?? '', label: b.name }))} />
        )}
        {what === 'entry' && (
          <SelectField name="try-entry" label={w('tryEntry')} value={entry} onValue={setEntry} hint={entries.length === 0 ? w('entriesNone') : ''}
            options={entries.map((e) => ({ value: e.code, label: `${e.label || e.code} → ${e.leads_to}` }))} />
        )}
        <details className="given try-more">
          <summary>{w('tryMore')}<small>{w(`lang.${lang}`)}{at && ` · ${at.replace('T', ' ')}`}</small></summary>
          <SelectField name="try-lang" label={w('tryLang')} value={lang} onValue={(l) => setLang(l as MemberLang)}
            options={langs.map((l) => ({ value: l, label: w(`lang.${l}`) }))} />
          <TextField name="try-at" type="datetime-local" label={w('tryAt')} hint={w('tryAtHint', { zone: zoneName() })} value={at} onValue={setAt} />
        </details>
        {trial.error && <p className="notice bad" role="alert"><Icon name="alert" />{told(trial.error, t)}</p>}
        <button type="submit" className="button primary" disabled={trial.isPending || (what === 'text' && !text.trim())}>{w('tryGo')}</button>
      </form>
      <div ref={result} role="status" className="try-result">
        {trial.data && (
          <>
            <p className="try-rule">
              <Verdict account={account} rule={trial.data.rule} />
              <span className="tag">{w(trial.data.open ? 'open' : 'closed')}</span>
            </p>
            <Chat asked={trial.variables.text ?? did} happening={trial.variables.text === undefined}
              answers={trial.data.answers} silent={trial.data.rule !== null && trial.data.answers.length === 0} />
          </>
        )}
      </div>
    </aside>
  )
}

function Verdict({ account, rule }: { account: Account; rule: NonNullable<ReturnType<typeof useTry>['data']>['rule'] }) {
  const w = useWords(room)
  if (!rule) return <strong>{w('byNone')}</strong>
  const name = ruleName(rule, w)
  if (rule.builtin) return <strong>{w('byHouse', { name })}</strong>
  return <Link to={`/replies/rule/${rule.id}?account=${account.id}`} className="rule-name strong">{w('byRule', { name })}</Link>
}
