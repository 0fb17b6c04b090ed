import { useState } from 'react'
import { usePauseGroup } from './api'
import { useText, useWords } from '../../text'
import { fromInput, toInput } from '../../text/time'
import type { Group } from '../../types'
import { Ask } from '../../ui/ask'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { room } from './words'

const day = 86_400_000
const lengths = [0, 1, 3, 7, -1] as const // days; 0: until she resumes, -1: until a moment she names

/** PauseSwitch pauses sponsored posts in one group, for a while or until she says so. */
export function PauseSwitch({ group }: { group: Group }) {
  const { t } = useText()
  const w = useWords(room)
  const tell = useTell()
  const { now } = useWhen()
  const pause = usePauseGroup()
  const [asking, setAsking] = useState(false)
  const [length, setLength] = useState<(typeof lengths)[number]>(0)
  const [until, setUntil] = useState('')
  const [note, setNote] = useState('')
  const next = !group.paused
  const name = { group: group.name }
  const open = () => { setLength(0); setNote(''); setUntil(toInput(now + day, group.zone)); setAsking(true) }
  const end = length === 0 ? 0 : length > 0 ? now + length * day : fromInput(until, group.zone)
  const wrong = next && length === -1 && !(end > now)
  const go = async () => {
    if (wrong) return
    if (!(await pause.do({ id: group.id, paused: next, ...(next ? { until: end, note: note.trim() } : {}) }))) return
    setAsking(false)
    tell(w(next ? 'group.paused' : 'group.resumed', name))
  }
  return (
    <>
      <button type="button" role="switch" className="switch" aria-checked={!group.paused}
        aria-label={`${group.name}: ${w('group.on')}`} onClick={open}>
        <span>{w(group.paused ? 'group.off' : 'group.on')}</span><i aria-hidden="true" />
      </button>
      <Ask open={asking} title={w(group.paused ? 'group.resumeTitle' : 'group.pauseTitle', name)}
        text={w(group.paused ? 'group.resumeText' : 'group.pauseText')} yes={w(group.paused ? 'group.resume' : 'group.pause')}
        busy={pause.isPending} error={pause.error ? told(pause.error, t) : undefined}
        onYes={() => void go()} onClose={() => { setAsking(false); pause.reset() }}>
        {next && (
          <>
            <div className="field">
              <label htmlFor="pause-length">{w('pause.until')}</label>
              <select id="pause-length" className="input" value={length} onChange={(e) => setLength(Number(e.target.value) as (typeof lengths)[number])}>
                {lengths.map((n) => <option key={n} value={n}>{n > 0 ? w('pause.days', { n }) : w(n === 0 ? 'pause.open' : 'pause.at')}</option>)}
              </select>
              {length === -1 && (
                <input type="datetime-local" className="input" aria-label={w('pause.at')} aria-invalid={wrong || undefined} value={until}
                  onChange={(e) => setUntil(e.target.value)} />
              )}
              {wrong && <p className="field-error">{w('pause.past')}</p>}
            </div>
            <div className="field">
              <label htmlFor="pause-note">{t('stop.note')}</label>
              <input id="pause-note" className="input" maxLength={200} autoComplete="off" value={note} onChange={(e) => setNote(e.target.value)} />
            </div>
          </>
        )}
      </Ask>
    </>
  )
}

/** PauseNote says how long a group is paused and why. */
export function PauseNote({ group }: { group: Group }) {
  const { lang } = useText()
  const w = useWords(room)
  const { say } = useWhen()
  if (!group.paused) return null
  const until = group.paused_until > 0 ? w('pause.ends', { when: say(group.paused_until, group.zone) }) : w('pause.endless')
  return <p className="notice warn pause-note">{until}{group.pause_note && (lang === 'en' ? ` “${group.pause_note}”` : `“${group.pause_note}”`)}</p>
}
