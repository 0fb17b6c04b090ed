import { useState } from 'react'
import { useResume, useStop, useStopState } from '../api'
import { useText } from '../text'
import { Ask } from './ask'
import { Icon } from './icons'
import { told } from './states'
import { useTell } from './toast'
import { useWhen } from './viewer'

/** StopButton stops everything that is sponsored, from wherever the organiser is. While it is stopped, the banner is there instead. */
export function StopButton() {
  const { t } = useText()
  const tell = useTell()
  const state = useStopState().data
  const stop = useStop()
  const [asking, setAsking] = useState(false)
  const [note, setNote] = useState('')
  if (state?.stopped_at) return null
  const close = () => { setAsking(false); stop.reset() }
  const go = async () => {
    if (!(await stop.do(note.trim()))) return
    close()
    setNote('')
    tell(t('stop.done'))
  }
  return (
    <>
      <button type="button" className="button stop-button" aria-label={t('stop.all')} onClick={() => setAsking(true)}>
        <Icon name="stop" /><span>{t('stop.all')}</span>
      </button>
      <Ask open={asking} title={t('stop.title')} text={t('stop.text')} yes={t('stop.all')} busy={stop.isPending}
        error={stop.error ? told(stop.error, t) : undefined} onYes={() => void go()} onClose={close}>
        <ul className="stop-what">
          <li>{t('stop.new')}</li>
          {state && <li>{state.open_tasks > 0 ? t('stop.open', { n: state.open_tasks }) : t('stop.noOpen')}</li>}
          <li>{t('stop.sent')}</li>
        </ul>
        <div className="field">
          <label htmlFor="stop-note">{t('stop.note')}</label>
          <input id="stop-note" className="input" maxLength={200} value={note} autoComplete="off" onChange={(e) => setNote(e.target.value)} />
        </div>
      </Ask>
    </>
  )
}

/** StopBanner says that everything is stopped, since when and why, and lets her go on. */
export function StopBanner() {
  const { t, lang } = useText()
  const tell = useTell()
  const { say } = useWhen()
  const stop = useStopState().data
  const resume = useResume()
  const [asking, setAsking] = useState(false)
  if (!stop?.stopped_at) return null
  const close = () => { setAsking(false); resume.reset() }
  const go = async () => {
    if (!(await resume.do(''))) return
    close()
    tell(t('stop.resumed'))
  }
  const who = [stop.by_name, say(stop.stopped_at)].filter(Boolean).join(' · ')
  return (
    <section className="stop-banner" aria-labelledby="stopped">
      <Icon name="stop" size={22} />
      <div>
        <h2 id="stopped">{t('stop.stopped')}</h2>
        <p>{who}{stop.note && (lang === 'en' ? `: ${stop.note}` : `：${stop.note}`)}</p>
        {stop.open_tasks > 0 && <p>{t('stop.stillOpen', { n: stop.open_tasks })}</p>}
      </div>
      <button type="button" className="button" onClick={() => setAsking(true)}>{t('stop.resume')}</button>
      <Ask open={asking} title={t('stop.resumeTitle')} text={t('stop.resumeText')} yes={t('stop.resume')} busy={resume.isPending}
        error={resume.error ? told(resume.error, t) : undefined} onYes={() => void go()} onClose={close} />
    </section>
  )
}
