import { type FormEvent, useState } from 'react'
import { newKey } from '../../api'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Template, useOperator, useOperatorCode, useTestTemplate, useUnbind } from './api'
import { useRuleOfField } from './fieldrule'
import { templateWords } from './templatewords'
import { reachWords } from './words'

/** TestSend sends a template to the organiser's own WeChat, once the Mini Program knows who she is. */
export function TestSend({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const operator = useOperator()
  return (
    <section className="card" aria-labelledby="test">
      <h2 id="test">{w('test')}</h2>
      {x.state === 'paused'
        ? <p className="muted">{w('test.paused')}</p>
        : <Loaded query={operator}>{(o) => (o.bound ? <><Known /><TestForm key={x.id} x={x} /></> : <Who />)}</Loaded>}
    </section>
  )
}

function TestForm({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const r = useWords(reachWords)
  const { t } = useText()
  const tell = useTell()
  const rule = useRuleOfField()
  const test = useTestTemplate()
  const [data, setData] = useState<Record<string, string>>({})
  const [page, setPage] = useState('')
  const [tried, setTried] = useState(false)
  // The same key makes asking again safe when an answer was lost; what was changed is another notice.
  const [key, setKey] = useState(newKey)
  const refused = wrongOf(test.error)
  const known = refused && (refused.field === 'page' || x.fields.some((f) => f.name === refused.field))
  const changed = () => {
    test.reset()
    setKey(newKey())
  }
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (x.fields.some((f) => !data[f.name]?.trim())) return
    if (!(await test.do({ id: x.id, key, page: page.trim(), data }))) return
    tell(w('test.sent'))
    setKey(newKey())
  }
  return (
    <form className="form" onSubmit={(e) => void send(e)} noValidate>
      <p className="muted">{w('test.text')}</p>
      {x.fields.map((f) => {
        const props = {
          name: f.name, label: f.label || f.name, hint: rule(f), value: data[f.name] ?? '',
          wrong: refused?.field === f.name ? refused.text : tried && !data[f.name]?.trim() ? r('need') : undefined,
          onValue: (value: string) => { setData({ ...data, [f.name]: value }); changed() },
        }
        return f.enum.length > 0
          ? <SelectField key={f.name} {...props} options={[{ value: '', label: '—' }, ...f.enum.map((value) => ({ value, label: value }))]} />
          : <TextField key={f.name} {...props} />
      })}
      <TextField name="page" label={w('test.page')} hint={w('test.pageHint')} value={page} onValue={(value) => { setPage(value); changed() }}
        wrong={refused?.field === 'page' ? refused.text : undefined} />
      {test.error && !known ? <p className="notice bad" role="alert"><Icon name="alert" />{told(test.error, t)}</p> : null}
      <div className="actions"><button type="submit" className="button primary" disabled={test.isPending}>{test.isPending ? t('dialog.busy') : w('test.send')}</button></div>
    </form>
  )
}

/** Who gets a code that tells the Mini Program which WeChat is the organiser's. */
function Who() {
  const w = useWords(templateWords)
  const { t } = useText()
  const { say } = useWhen()
  const ask = useOperatorCode()
  const [offered, setOffered] = useState<{ code: string; expires_at: number }>()
  return (
    <div className="form">
      <div><h3>{w('who')}</h3><p className="muted">{w('who.text')}</p></div>
      {offered && (
        <div role="status">
          <p>{w('who.code', { when: say(offered.expires_at) })}</p>
          <p className="reach-code">{offered.code}</p>
          <p className="hint">{w('who.waiting')}</p>
        </div>
      )}
      {ask.error ? <p className="notice bad" role="alert"><Icon name="alert" />{told(ask.error, t)}</p> : null}
      <div className="actions"><button type="button" className="button" disabled={ask.isPending} onClick={() => void ask.do(setOffered)}>{w('who.get')}</button></div>
    </div>
  )
}

function Known() {
  const w = useWords(templateWords)
  const { t } = useText()
  const tell = useTell()
  const drop = useUnbind()
  const [asking, setAsking] = useState(false)
  const go = async () => {
    if (await drop.do()) tell(w('who.dropped'))
  }
  return (
    <p className="actions reach-known">
      <Icon name="check" />{w('who.bound')}
      <button type="button" className="link" onClick={() => setAsking(true)}>{w('who.drop')}</button>
      <Ask open={asking} careful title={w('who.dropTitle')} text={w('who.dropText')} yes={w('who.dropYes')} busy={drop.isPending}
        error={drop.error ? told(drop.error, t) : undefined} onYes={() => void go()} onClose={() => { setAsking(false); drop.reset() }} />
    </p>
  )
}
