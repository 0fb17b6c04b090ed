import { useEffect, useState } from 'react'
import { type Redemption, reverse } from './api'
import { now } from './clock'
import { Icon } from './icons'
import { Modal } from './shell'
import { said } from './signin'
import { useTill } from './state'
import { keep } from './store'
import { useText } from './text'

/** Result is how it ended, or that it is not known. */
export type Result =
  | { kind: 'good'; title: string; redemptions: Redemption[]; repeated: boolean }
  | { kind: 'offline'; title: string; requestNo: string }
  | { kind: 'unknown'; title: string; requestNo: string }
  | { kind: 'refused'; text: string }

/** Done shows a result so large that it can be read across a counter. What was not known turns into what is. */
export function Done({ result, next }: { result: Result; next: () => void }) {
  const { t } = useText()
  const { lines } = useTill()
  const [undone, setUndone] = useState(false)
  const line = 'requestNo' in result ? lines.find((l) => l.request_no === result.requestNo) : undefined
  let [look, title, text] = ['good', t('done.title'), '']
  if (undone) [look, title, text] = ['warn', t('done.undone'), '']
  else if (result.kind === 'refused') [look, title, text] = ['bad', t('done.refused'), result.text]
  else if (line?.state === 'refused') [look, title, text] = ['bad', t('done.refused'), line.text ?? '']
  else if (result.kind === 'offline' && line?.state !== 'settled') [look, title, text] = ['good', t('done.offline'), t('done.offlineText')]
  else if (result.kind === 'unknown' && line?.state !== 'settled') [look, title, text] = ['warn', t('done.unknown'), t('done.unknownText')]
  else if (result.kind === 'good' && result.repeated) text = t('done.repeated')
  return (
    <main className={`page done ${look}`} data-result={line?.state === 'settled' ? 'settled' : line?.state === 'refused' ? 'refused' : result.kind}>
      <div className="done-body" role={look === 'bad' ? 'alert' : 'status'}>
        <span className="done-mark"><Icon name={undone ? 'undo' : look === 'good' ? 'check' : look === 'warn' ? 'wait' : 'close'} size={72} /></span>
        <h1>{title}</h1>
        {'title' in result && <p className="done-what">{result.title}</p>}
        {text && <p className="done-text">{text}</p>}
      </div>
      <div className="ask-foot">
        <button type="button" className="button primary huge" onClick={next} autoFocus>{t('done.next')}</button>
        {result.kind === 'good' && !undone && <Undo redemptions={result.redemptions} done={() => setUndone(true)} />}
      </div>
    </main>
  )
}

const reasons = ['undo.wrongGuest', 'undo.notServed', 'undo.other'] as const

/** Undo takes redemptions back, while that is allowed. */
export function Undo({ redemptions, done }: { redemptions: Redemption[]; done: () => void }) {
  const { t } = useText()
  const { book } = useTill()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const [left, setLeft] = useState(() => leftOf(redemptions))
  useEffect(() => {
    const timer = setInterval(() => setLeft(leftOf(redemptions)), 1000)
    return () => clearInterval(timer)
  }, [redemptions])
  if (left <= 0) return null
  const act = async (reason: string) => {
    setBusy(true)
    try {
      for (const r of redemptions) await reverse(r.id, reason)
      const back = redemptions.map((r) => r.voucher_id)
      if (book) await keep('book', { ...book, used: book.used.filter((id) => !back.includes(id)) })
      done()
    } catch (error) {
      setWrong(said(error, t))
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" className="button big" onClick={() => setOpen(true)}>
        <Icon name="undo" />{t('done.undo', { t: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` })}
      </button>
      {open && (
        <Modal label={t('undo.title')} close={() => setOpen(false)}>
          <h2>{t('undo.title')}</h2>
          {wrong && <p className="note bad" role="alert">{wrong}</p>}
          {reasons.map((key) => <button key={key} type="button" className="button big" disabled={busy} onClick={() => void act(t(key))}>{t(key)}</button>)}
          <button type="button" className="button quiet wide" onClick={() => setOpen(false)}>{t('close')}</button>
        </Modal>
      )}
    </>
  )
}

const leftOf = (redemptions: Redemption[]) =>
  Math.ceil((Math.min(...redemptions.map((r) => (r.reversed_at ? 0 : r.undo_until))) - now()) / 1000)
