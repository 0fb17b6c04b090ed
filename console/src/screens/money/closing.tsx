import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { CheckField, TextField, wrongOf } from '../../ui/form'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Closing, useClosing, useSetClosing } from './api'
import { room } from './words'

/** ClosingCard says when months close by themselves, and lets an organiser change it; nobody else may ask. */
export function ClosingCard() {
  return <Loaded query={useClosing()}>{(closing) => <Card closing={closing} />}</Loaded>
}

function Card({ closing: c }: { closing: Closing }) {
  const w = useWords(room)
  const [changing, setChanging] = useState(false)
  return (
    <section className="card closing" aria-labelledby="closing" data-days={c.by_itself ? c.days : 0}>
      <div>
        <h2 id="closing">{c.by_itself ? w('cl.on', { n: c.days }) : w('cl.off')}</h2>
        <p className="muted small">{w(c.by_itself ? 'cl.onText' : 'cl.offText')}</p>
      </div>
      <button type="button" className="button" onClick={() => setChanging(true)}>{w('cl.change')}</button>
      {changing && <Form closing={c} onClose={() => setChanging(false)} />}
    </section>
  )
}

/** most is how many days a month may wait: the next one is not over by then. */
const most = 28

function Form({ closing: c, onClose }: { closing: Closing; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useSetClosing()
  const [on, setOn] = useState(c.by_itself)
  const [typed, setTyped] = useState(c.by_itself ? String(c.days) : '')
  const [tried, setTried] = useState(false)
  // An empty field is zero to the server: as usual.
  const days = typed.trim() === '' ? 0 : /^[1-9]\d?$/.test(typed.trim()) ? Number(typed) : Number.NaN
  const bad = on && !(days <= most)
  const server = wrongOf(change.error)
  const go = async () => {
    setTried(true)
    if (bad || !(await change.do({ by_itself: on, days: on ? days : 0 }))) return
    tell(on ? w('cl.isOn', { n: days || c.default_days }) : w('cl.isOff'))
    onClose()
  }
  return (
    <Ask open title={w('cl.title')} text={w('cl.text')} yes={w('cl.yes')} busy={change.isPending} error={change.error && !(on && server?.field === 'days') ? told(change.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <CheckField name="closing-on" label={w('cl.byItself')} checked={on} onChecked={setOn} />
      {on && (
        <TextField name="closing-days" label={w('cl.days')} hint={w('cl.daysHint', { n: c.default_days, max: most })} inputMode="numeric" autoComplete="off" maxLength={4} placeholder={String(c.default_days)}
          wrong={tried && bad ? w('cl.daysWrong', { max: most }) : server?.field === 'days' ? server.text : undefined} value={typed} onValue={setTyped} />
      )}
    </Ask>
  )
}
